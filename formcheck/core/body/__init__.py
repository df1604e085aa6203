"""From landmarks to a body that can be measured: who, which leg, how turned, how large."""
