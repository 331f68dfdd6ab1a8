"""What the pages carry, and what they leave out, so that no page asks another server for anything."""


def setup(app):
    # Jupyter Book always sets this option of an extension that is not loaded here (comments need other servers).
    app.add_config_value("comments_config", {}, "")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
