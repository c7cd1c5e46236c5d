"""The main job from end to end, headless, on the real components: ``workstation tour``."""
