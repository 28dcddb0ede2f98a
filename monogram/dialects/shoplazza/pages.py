"""The pages of consent and sign-in as HTML, in English and Chinese; their look is `pages.css`. Every value is escaped here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .scopes import SCOPES, by_noun

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "{app} asks to work with {shop}",
        "asks": "wants to work with your shop",
        "may": "It will be able to",
        "changes": "See and change",
        "reads": "See only",
        "adds": "Change only",
        "nothing_yet": "Opens nothing in this shop yet.",
        "scripts": "Its scripts run on the pages your shoppers see.",
        "after": "You go back to {place}. The app keeps this access until you uninstall it.",
        "as": "Signed in as {email}",
        "other": "Use another account",
        "allow": "Allow",
        "deny": "Cancel",
        "sign_in": "Sign in",
        "sign_in_to": "Sign in to {shop}",
        "email": "E-mail",
        "password": "Password",
        "wrong": "The e-mail or the password is not right. Try again.",
        "too_many": "Too many attempts. Wait a quarter of an hour, then try again.",
        "other_shop": "You are signed in with an account of another shop. Sign in with one of this shop.",
        "stopped": "We cannot continue",
        "client": "We do not know this app. Go back to the app and start again, or ask its makers for a new link.",
        "redirect": "The app named an address to return to that it has not registered. Nothing was sent there. "
                    "Ask the app's makers to register it.",
        "response_type": "The app asked in a way we do not know: response_type must be code.",
        "scope": "Scopes invalid: the app asked for rights that do not exist. Ask its makers to correct the list.",
        "challenge": "The app's code_challenge cannot be used: it must be made by S256.",
        "store": "We cannot tell which shop is meant. Open the link with the shop's own address.",
        "twice": "The link says something twice. Go back to the app and start again.",
        "unreadable": "The link cannot be read. Go back to the app and start again.",
        "elsewhere": "This page must be opened by yourself, in a window of its own.",
        "stale": "This page has been open too long. Go back to the app and start again; nothing was allowed.",
        "product": "Products", "order": "Orders", "collection": "Collections", "shop": "Shop details",
        "comments": "Comments", "script_tags": "Scripts", "customer": "Customers", "data": "Figures",
        "app_proxy": "App pages", "price_rules": "Discounts",
    },
    "zh": {
        "title": "{app} 请求接入 {shop}",
        "asks": "请求接入您的店铺",
        "may": "授权后，该应用可以",
        "changes": "查看和修改",
        "reads": "仅查看",
        "adds": "仅修改",
        "nothing_yet": "本店铺暂未开放相关内容。",
        "scripts": "脚本会在顾客浏览的页面上运行。",
        "after": "确认后将返回 {place}。在您卸载之前，该应用会一直保有此权限。",
        "as": "当前账号：{email}",
        "other": "换个账号",
        "allow": "授权",
        "deny": "取消",
        "sign_in": "登录",
        "sign_in_to": "登录 {shop}",
        "email": "邮箱",
        "password": "密码",
        "wrong": "邮箱或密码不正确，请重试。",
        "too_many": "尝试次数过多，请十五分钟后再试。",
        "other_shop": "当前登录的是其他店铺的账号，请使用本店铺的账号登录。",
        "stopped": "无法继续",
        "client": "找不到这个应用。请回到应用重新开始，或向开发者索取新的链接。",
        "redirect": "应用给出的返回地址未经登记，我们没有向它发送任何信息。请联系开发者登记该地址。",
        "response_type": "应用的请求方式不受支持：response_type 必须为 code。",
        "scope": "Scopes invalid：应用请求了不存在的权限，请联系开发者修正。",
        "challenge": "应用的 code_challenge 无法使用：必须采用 S256。",
        "store": "无法确定是哪一家店铺。请使用店铺自己的地址打开链接。",
        "twice": "链接中的参数重复。请回到应用重新开始。",
        "unreadable": "链接无法读取。请回到应用重新开始。",
        "elsewhere": "请在独立的窗口中亲自打开此页面。",
        "stale": "页面打开时间过长，尚未授予任何权限。请回到应用重新开始。",
        "product": "商品", "order": "订单", "collection": "专辑", "shop": "店铺信息",
        "comments": "评论", "script_tags": "脚本", "customer": "顾客", "data": "经营数据",
        "app_proxy": "应用页面", "price_rules": "优惠",
    },
}  # fmt: skip

# One sentence for a noun that may be both seen and changed.
BOTH = {
    "product": ("See and change products, variants, images and metafields", "查看和修改商品、子商品、图片和 metafield"),
    "order": ("See orders, fulfilments and their customers; change orders and fulfilments",
              "查看订单、运单及其顾客，并修改订单和运单"),
    "collection": ("See and change collections", "查看和修改专辑"),
    "shop": ("See and change the shop's details", "查看和修改店铺信息"),
    "comments": ("See and add comments", "查看和添加评论"),
    "script_tags": ("See script tags and add scripts to the storefront", "查看脚本，并在店铺页面中添加脚本"),
    "customer": ("See and change customers", "查看和修改顾客"),
    "app_proxy": ("See and change app pages of the storefront", "查看和修改店铺中的应用页面"),
    "price_rules": ("See and change discounts", "查看和修改优惠"),
}  # fmt: skip

# Drawn with a pen of 1.6 on a field of 24.
ICONS = {
    "product": "M12 3 4 7v10l8 4 8-4V7zM4 7l8 4 8-4M12 11v10",
    "order": "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
    "collection": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    "shop": "M4 10v10h16V10M3 10l2-6h14l2 6zM10 20v-6h4v6",
    "comments": "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5",
    "script_tags": "M8 8l-4 4 4 4M16 8l4 4-4 4M13.5 6l-3 12",
    "customer": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20a7.5 6 0 0 1 15 0",
    "data": "M4 20h16M7 20v-7M12 20V5M17 20v-10",
    "app_proxy": "M3 5h18v14H3zM3 9h18M6 7h.01",
    "price_rules": "M6 18 18 6M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM16 14a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
}


@dataclass(frozen=True)
class Consent:
    app: str
    place: str  # host of the address to return to
    shop: str
    domain: str
    email: str
    scopes: Sequence[str]
    sent: Mapping[str, str]  # what the form sends back
    again: Mapping[str, str]  # this page in each language


@dataclass(frozen=True)
class SignIn:
    shop: str
    domain: str
    fault: str  # a key of WORDS, or nothing
    email: str
    next: str  # the page to go on with
    again: Mapping[str, str]


def consent(language: str, of: Consent) -> str:
    """The page with what an app asks, and two buttons."""
    words = WORDS[language]
    hidden = "".join(_hidden(name, text) for name, text in {**of.sent, "lang": language}.items())
    rows = "".join(_row(language, noun, names) for noun, names in by_noun(of.scopes).items())
    switch = {"next": of.again[language].rpartition("&lang=")[0], "lang": language}
    body = f"""
<header class="pair" aria-hidden="true">{_face(of.app, "app")}<span class="link"></span>{_face(of.shop, "shop")}</header>
<h1><b>{escape(of.app)}</b> {escape(words["asks"])}</h1>
<p class="where">{escape(of.shop)} · {escape(of.domain)}</p>
<h2 id="may">{escape(words["may"])}</h2>
<ul class="rights" aria-labelledby="may">{rows}</ul>
<p class="after">{escape(words["after"].format(place=of.place))}</p>
<form method="post" action="authorize" class="answer">{hidden}
<button name="decision" value="deny" class="quiet">{escape(words["deny"])}</button>
<button name="decision" value="allow" class="main">{escape(words["allow"])}</button>
</form>
<form method="post" action="sign-out" class="who"><span>{escape(words["as"].format(email=of.email))}</span>
{"".join(_hidden(name, text) for name, text in switch.items())}
<button class="plain">{escape(words["other"])}</button></form>"""
    return _document(language, words["title"].format(app=of.app, shop=of.shop), body, of.again)


def sign_in(language: str, of: SignIn) -> str:
    """The page that asks for e-mail and password."""
    words = WORDS[language]
    told = f'<p class="fault" role="alert" id="fault">{escape(words[of.fault])}</p>' if of.fault else ""
    about = ' aria-describedby="fault"' + (' aria-invalid="true"' if of.fault == "wrong" else "") if of.fault else ""
    first, second = (" autofocus", "") if not of.email else ("", " autofocus")
    title = words["sign_in_to"].format(shop=of.shop)
    body = f"""
<header class="pair" aria-hidden="true">{_face(of.shop, "shop")}</header>
<h1>{escape(title)}</h1>
<p class="where">{escape(of.domain)}</p>
{told}<form method="post" action="sign-in" class="fields">
{_hidden("next", of.next)}{_hidden("lang", language)}
<label for="email">{escape(words["email"])}</label>
<input id="email" name="email" type="email" autocomplete="username" required value="{escape(of.email)}"{about}{first}>
<label for="password">{escape(words["password"])}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{about}{second}>
<button class="main">{escape(words["sign_in"])}</button>
</form>"""
    return _document(language, title, body, of.again)


def failure(language: str, key: str) -> str:
    """A page that says why nothing goes on from here."""
    words = WORDS[language]
    body = f'\n<h1>{escape(words["stopped"])}</h1>\n<p class="reason" role="alert">{escape(words[key])}</p>'
    return _document(language, words["stopped"], body, {})


def _row(language: str, noun: str, names: Sequence[str]) -> str:
    words = WORDS[language]
    reads, writes = (any(name.startswith(f"{kind}_") for name in names) for kind in ("read", "write"))
    kind = "changes" if reads and writes else "adds" if writes else "reads"
    lines = [getattr(SCOPES[name], language) for name in names]
    if reads and writes:
        lines = [BOTH[noun][language == "zh"]]
    if not any(SCOPES[name].opens for name in names):
        lines.append(words["nothing_yet"])
    if "write_script_tags" in names:
        lines.append(words["scripts"])
    told = "".join(f"<span>{escape(line)}</span>" for line in lines)
    icon = f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{ICONS[noun]}"/></svg>'
    chip = f'<em class="{kind}">{escape(words[kind])}</em>'
    return f"<li>{icon}<div><strong>{escape(words[noun])}</strong>{chip}{told}</div></li>"


def _face(name: str, kind: str) -> str:
    """A name's first letter on a tile."""
    letter = next((each for each in name if each.isalnum()), "·")
    return f'<span class="face {kind}">{escape(letter.upper())}</span>'


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def _document(language: str, title: str, body: str, again: Mapping[str, str]) -> str:
    tag = {"en": "en", "zh": "zh-Hans"}
    names = {"en": "English", "zh": "中文"}
    links = "".join(
        f'<a href="{escape(address)}" lang="{tag[each]}" hreflang="{tag[each]}">{names[each]}</a>'
        for each, address in again.items() if each != language
    )
    nav = f'<nav class="languages">{links}</nav>' if links else ""
    return f"""<!doctype html>
<html lang="{tag[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="pages.css">
</head>
<body>
<div class="top"><span class="mark">Monogram</span>{nav}</div>
<main>{body}
</main>
</body>
</html>
"""
