"""The command line: `vraagbaak`."""
