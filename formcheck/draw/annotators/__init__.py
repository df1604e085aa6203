"""What is drawn, a small class each: style in the constructor, data in the call."""
