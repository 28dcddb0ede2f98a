"""What an app may be allowed, as the document spells it (lines 73 to 79) and as apps do, with plain words for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ScopeWords:
    """`noun` groups the two scopes of one thing on the consent page; `opens`: whether any operation asks for it."""

    noun: str
    en: str
    zh: str
    opens: bool = True


SCOPES = {
    "read_product": ScopeWords(
        "product", "See products, variants, images and metafields", "查看商品、子商品、图片和 metafield"
    ),
    "write_product": ScopeWords(
        "product", "Change products, variants, images and metafields", "修改商品、子商品、图片和 metafield"
    ),
    "read_order": ScopeWords("order", "See orders, fulfilments and their customers", "查看订单、运单及其顾客"),
    "write_order": ScopeWords("order", "Change orders and fulfilments", "修改订单和运单"),
    "read_collection": ScopeWords("collection", "See collections", "查看专辑"),
    "write_collection": ScopeWords("collection", "Change collections", "修改专辑"),
    "read_shop": ScopeWords("shop", "See the shop's details", "查看店铺信息"),
    "read_comments": ScopeWords("comments", "See comments", "查看评论"),
    "write_comments": ScopeWords("comments", "Add comments", "添加评论"),
    "read_script_tags": ScopeWords("script_tags", "See script tags", "查看脚本"),
    "write_script_tags": ScopeWords("script_tags", "Add scripts to the storefront", "在店铺页面中添加脚本"),
    # Not in the document's list, but asked for by apps (ruled).
    "write_shop": ScopeWords("shop", "Change the shop's details", "修改店铺信息", opens=False),
    "read_customer": ScopeWords("customer", "See customers", "查看顾客", opens=False),
    "write_customer": ScopeWords("customer", "Change customers", "修改顾客", opens=False),
    "read_data": ScopeWords("data", "See figures of the shop", "查看店铺数据", opens=False),
    "read_app_proxy": ScopeWords("app_proxy", "See app pages of the storefront", "查看店铺中的应用页面", opens=False),
    "write_app_proxy": ScopeWords("app_proxy", "Change app pages of the storefront", "修改店铺中的应用页面", opens=False),
    "read_price_rules": ScopeWords("price_rules", "See discounts", "查看优惠", opens=False),
    "write_price_rules": ScopeWords("price_rules", "Change discounts", "修改优惠", opens=False),
}
DOCUMENTED = tuple(SCOPES)[:11]


COUNTED = {"product", "order", "collection", "comments", "script_tags", "customer", "price_rules"}


def _spellings() -> dict[str, str]:
    """Line 29 writes `write_orders`, line 75 `write_order`: nouns that can be counted are taken in both numbers."""
    found = {name: name for name in SCOPES}
    for name, words in SCOPES.items():
        if words.noun in COUNTED:
            found[name.removesuffix("s") if name.endswith("s") else f"{name}s"] = name
    return found


SPELLINGS = _spellings()


def parse(text: str) -> list[str] | None:
    """The scopes of a list split on white space (a comma will do), each once in its one spelling, in the order of the
    table. None when one of them is unknown or there is none."""
    names = text.replace(",", " ").split()
    if not names or not set(names) <= set(SPELLINGS):
        return None
    wanted = {SPELLINGS[name] for name in names}
    return [name for name in SCOPES if name in wanted]


def by_noun(scopes: Iterable[str]) -> dict[str, list[str]]:
    """Scopes of one thing together, in the order of the table."""
    wanted = set(scopes)
    grouped: dict[str, list[str]] = {}
    for name, words in SCOPES.items():
        if name in wanted:
            grouped.setdefault(words.noun, []).append(name)
    return grouped
