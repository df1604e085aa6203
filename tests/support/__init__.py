"""What several test files share: people made of sticks, recordings, scripted sessions."""
