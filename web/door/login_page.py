"""The page that asks for name and password: one form, no script, nothing fetched."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from web.look.icon import ICON

if TYPE_CHECKING:
    from chinese.errors import Language

_WORDS = {
    "zh": ("登录问据", "用户名", "密码", "登录"),
    "en": ("Log in to wenju", "Name", "Password", "Log in"),
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1e293b; --paper: #f8fafc; --card: #fff; --line: #64748b; --act: #0b6e63;
  --on: #fff; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e8f0; --paper: #0f172a; --card: #1e293b; --line: #94a3b8;
  --act: #7fd8c8; --on: #0f172a; --bad: #fca5a5; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; }
form { width: min(22rem, 100%); padding: 2rem; background: var(--card); border-radius: 0.75rem;
  box-shadow: 0 1px 6px rgb(0 0 0 / 0.2); }
h1 { margin: 0 0 1rem; font-size: 1.4rem; }
label { display: block; margin-top: 1rem; }
input, button { width: 100%; padding: 0.6rem 0.75rem; font: inherit; border-radius: 0.4rem; }
input { margin-top: 0.25rem; color: inherit; background: var(--paper); border: 1px solid var(--line); }
button { margin-top: 1.5rem; color: var(--on); background: var(--act); border: 0; cursor: pointer; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
[role=alert] { margin: 0; color: var(--bad); }
"""


def render_login(language: Language, error: str = "", name: str = "", query: str = "") -> str:
    """The page in one language, with what went wrong at the last try and the name that was typed then.

    `query` is what stood behind the question mark of the address that was opened: it is sent along.
    """
    title, name_label, password_label, send = _WORDS[language]
    alert = f'<p role="alert">{escape(error)}</p>' if error else ""
    # Where the cursor is to be: in the first field that is not filled in.
    at_name, at_password = ("", " autofocus") if name else (" autofocus", "")
    return f"""<!DOCTYPE html>
<html lang="{"en" if language == "en" else "zh-CN"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="icon" href="{ICON}"><style>{_STYLE}</style></head>
<body><main><form method="post" action="/login{f"?{escape(query)}" if query else ""}">
<h1>{title}</h1>{alert}
<label for="username">{name_label}</label>
<input id="username" name="username" value="{escape(name)}" autocomplete="username" autocapitalize="none"
  spellcheck="false" required{at_name}>
<label for="password">{password_label}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{at_password}>
<button type="submit">{send}</button>
</form></main></body></html>
"""
