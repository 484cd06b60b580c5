"""The Gradio page, one file a tab; nothing outside this folder knows of Gradio."""
