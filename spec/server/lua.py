"""Writes values as Lua, for configuration and data files."""


def literal(value):
    """A value as Lua source."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "{ " + ", ".join(literal(item) for item in value) + " }"
    if isinstance(value, dict):
        members = (f"[{literal(key)}] = {literal(item)}" for key, item in value.items())
        return "{ " + ", ".join(members) + " }"
    return '"' + "".join(_character(byte) for byte in str(value).encode()) + '"'


def _character(byte):
    is_plain = 32 <= byte < 127 and byte not in b'"\\'
    return chr(byte) if is_plain else f"\\{byte:03d}"


def options(values):
    """A dict as lines of a Prosody configuration."""
    return "".join(f"{name} = {literal(value)}\n" for name, value in values.items())
