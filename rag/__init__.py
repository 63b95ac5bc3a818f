"""Question in, cited and checked answer out."""
