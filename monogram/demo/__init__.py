"""The demo shop: three products people really sell, and the main job played once from start to finish."""
