"""${message}

Must work with the code before it as well as with the code after it.
"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    pass
