"""What a merchant meets when an app asks to work with the shop: sign-in, the page with what is asked, the way back.

Nothing is ever sent to an address that is not one of the app's, byte for byte: before that is known, errors are pages.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monogram.core import clients, grants, staff, stores
from monogram.core.clients import Client
from monogram.core.db import Db
from monogram.core.errors import NotFound, TooMany, Unauthenticated
from monogram.core.staff import Member
from monogram.core.stores import Store
from monogram.edge import Tx, read_body, state_of

from . import pages, scopes
from .hosts import label_of
from .webhooks import domain_of

ASKED = ("client_id", "scope", "redirect_uri", "response_type", "state", "code_challenge", "code_challenge_method", "shop")
COOKIE = "monogram_session"
LARGEST_FORM = 64_000
LONGEST_STATE = 4_000
STYLE = Path(__file__).with_name("pages.css").read_bytes()

Parameters = dict[str, str]


class Shown(Exception):
    """Ends a request with a page of one sentence. `words` is its key in `pages.WORDS`."""

    def __init__(self, status: int, words: str):
        super().__init__(words)
        self.status, self.words = status, words


@dataclass(frozen=True)
class Asked:
    """A request for consent that may be shown: everything in it is checked."""

    client: Client
    store: Store
    scopes: list[str]
    parameters: Parameters  # as they came; what the page sends back

    @property
    def redirect_uri(self) -> str:
        return self.parameters["redirect_uri"]


async def show(request: Request, error: Shown) -> Response:
    """The page of a `Shown`."""
    return _page(pages.failure(_language(request, {}), error.words), error.status)


# What was sent


def _parameters(pairs: Iterable[tuple[str, str]], known: tuple[str, ...]) -> Parameters:
    """The parameters we know; one that is given twice could be read in two ways by two readers, and is refused."""
    found: Parameters = {}
    for name, value in pairs:
        if name in known:
            if name in found:
                raise Shown(400, "twice")
            found[name] = value
    return found


def _query(request: Request, known: tuple[str, ...]) -> Parameters:
    return _decoded(request.scope["query_string"], known)


def _decoded(data: bytes, known: tuple[str, ...]) -> Parameters:
    try:
        pairs = parse_qsl(data.decode(), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise Shown(400, "unreadable") from None
    if any("\0" in text for pair in pairs for text in pair):
        raise Shown(400, "unreadable")
    return _parameters(pairs, known)


async def _form(request: Request, known: tuple[str, ...]) -> Parameters:
    """A form of ours, sent by a page of ours: a browser says from where, and from elsewhere nothing is taken."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Shown(403, "elsewhere")
    return _decoded(await read_body(request, LARGEST_FORM), known)


async def store_of(db: Db, request: Request, shop: str = "") -> Store | None:
    """The shop that the host name or `shop` (its name or domain) speaks of; None when neither does.
    Raises NotFound for a shop that is not there, and when the two disagree."""
    label = label_of(request.headers.get("host", ""), state_of(request).settings.public_url)
    by_host = None if label is None else await stores.by_slug(db, label)
    if not shop:
        return by_host
    named = await stores.by_slug(db, shop.partition(".")[0])
    if named is None or (by_host is not None and by_host.id != named.id):
        raise NotFound("store", shop)
    return named


async def _client(db: Db, key: str) -> Client:
    try:
        return await clients.get(db, key)
    except NotFound:
        raise Shown(400, "client") from None


async def _store(db: Db, request: Request, client: Client, shop: str, member: Member | None) -> Store:
    """The shop that is asked: as `store_of` finds it, else the app's own, else the only one of who is signed in."""
    try:
        store = await store_of(db, request, shop)
    except NotFound:
        raise Shown(404, "store") from None
    if store is None and client.store_id is not None:
        store = await stores.get_public(db, client.store_id)
    if store is None and member is not None:
        own = await stores.ids_of(db, member.merchant_id)
        store = await stores.get_public(db, own[0]) if len(own) == 1 else None
    if store is None:
        raise Shown(400, "store")
    if client.store_id not in (None, store.id):
        raise Shown(400, "client")
    return store


async def _asked(db: Db, request: Request, given: Parameters, member: Member | None) -> Asked:
    """Raises Shown naming what is wrong."""
    client = await _client(db, given.get("client_id", ""))
    if given.get("redirect_uri", "") not in client.redirect_uris:
        raise Shown(400, "redirect")
    if given.get("response_type") != "code":
        raise Shown(400, "response_type")
    wanted = scopes.parse(given.get("scope", ""))
    if wanted is None:
        raise Shown(400, "scope")
    challenge = given.get("code_challenge")
    if (challenge is not None or "code_challenge_method" in given) and (
        given.get("code_challenge_method") != "S256" or not grants.CHALLENGE.fullmatch(challenge or "")
    ):
        raise Shown(400, "challenge")
    if len(given.get("state", "")) > LONGEST_STATE:
        raise Shown(400, "unreadable")
    return Asked(client, await _store(db, request, client, given.get("shop", ""), member), wanted, given)


# Who is there


def _cookie(request: Request) -> str:
    """Over TLS the cookie is bound to the very host."""
    return f"__Host-{COOKIE}" if request.url.scheme == "https" else COOKIE


def _session(request: Request) -> str:
    return request.cookies.get(_cookie(request), "")


def _seal(session: str, given: Parameters) -> str:
    """Proves that a form was made here, for this session, with exactly these parameters."""
    text = urlencode(sorted((name, given[name]) for name in ASKED if name in given))
    return hmac.new(session.encode(), text.encode(), hashlib.sha256).hexdigest()


def _language(request: Request, given: Parameters) -> Literal["en", "zh"]:
    """What was chosen, else the first of the browser's languages that we speak."""
    chosen = given.get("lang") or request.query_params.get("lang")
    for tag in [chosen or "", *request.headers.get("accept-language", "").split(",")]:
        language = tag.strip()[:2].lower()
        if language in ("en", "zh"):
            return language
    return "en"


def _navigated(request: Request) -> bool:
    """Whether a person opened this, as far as the browser says. A script of the storefront, which has the same host, may
    neither fetch nor frame it."""
    mode, place = (request.headers.get(f"sec-fetch-{name}") for name in ("mode", "dest"))
    return mode in (None, "navigate") and place in (None, "document")


# Pages


def _page(html: str, status: int = 200, action: str = "") -> Response:
    """`action`: a further place that the page's form may lead to (browsers hold a form's redirects to the policy)."""
    forms = " ".join(filter(None, ("'self'", "https:", action)))
    return Response(html, status, media_type="text/html", headers={
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src 'self'; img-src data:; form-action {forms}; "
                                   "base-uri 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "noopener-allow-popups",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    })  # fmt: skip


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme == "http" else ""


async def authorize(request: Request, db: Tx) -> Response:
    """GET /admin/oauth/authorize, lines 24 to 31: what the app asks, or first who is there."""
    if not _navigated(request):
        raise Shown(403, "elsewhere")
    given = _query(request, (*ASKED, "lang"))
    session = _session(request)
    member = await staff.of_session(db, session)
    asked = await _asked(db, request, given, member)
    language = _language(request, given)
    if member is None or member.merchant_id != asked.store.merchant_id:
        return _ask_who(request, given, "authorize", asked.store, member, language)
    shown = pages.Consent(
        app=asked.client.name, place=urlsplit(asked.redirect_uri).netloc, shop=asked.store.name,
        domain=_domain(request, asked.store), email=member.email, scopes=asked.scopes,
        sent={name: given[name] for name in ASKED if name in given} | {"seal": _seal(session, given)},
        again=_again("authorize", given),
    )  # fmt: skip
    return _page(pages.consent(language, shown), action=_origin(asked.redirect_uri))


def _ask_who(
    request: Request, given: Parameters, page: str, store: Store, member: Member | None, language: str, *,
    fault: str = "", email: str = "", status: int = 200,
) -> Response:
    if member is not None:
        fault, status = fault or "other_shop", 403
    shown = pages.SignIn(
        shop=store.name, domain=_domain(request, store), fault=fault, email=email,
        again=_again(page, given), next=_next(page, given),
    )  # fmt: skip
    return _page(pages.sign_in(language, shown), status)


def _next(page: str, given: Parameters) -> str:
    return f"{page}?{urlencode({name: text for name, text in given.items() if name != 'lang'})}"


def _again(page: str, given: Parameters) -> dict[str, str]:
    """The same page in each language."""
    return {language: f"{_next(page, given)}&lang={language}" for language in pages.WORDS}


def _domain(request: Request, store: Store) -> str:
    return domain_of(store.slug, state_of(request).settings.public_url)


async def decide(request: Request, db: Tx) -> Response:
    """POST /admin/oauth/authorize: the page's answer. Lines 32 to 36 tell where it leads."""
    given = await _form(request, (*ASKED, "lang", "seal", "decision"))
    session = _session(request)
    member = await staff.of_session(db, session)
    asked = await _asked(db, request, given, member)
    if member is None or member.merchant_id != asked.store.merchant_id:
        parameters = {name: given[name] for name in (*ASKED, "lang") if name in given}
        return RedirectResponse(_next("authorize", parameters), 303)
    if not hmac.compare_digest(_seal(session, given).encode(), given.get("seal", "").encode()):
        raise Shown(403, "stale")
    answer = {"shop": _domain(request, asked.store)} | {name: given[name] for name in ("state",) if name in given}
    if given.get("decision") == "allow":
        challenge = given.get("code_challenge", "")
        answer["code"] = await grants.authorize(
            db, asked.store.id, asked.client, asked.scopes, asked.redirect_uri, challenge
        )
    else:
        answer["error"] = "access_denied"
    return _leave(signed(asked.redirect_uri, answer, asked.client.secret))


def signed(address: str, parameters: Parameters, secret: str) -> str:
    """An app's address with parameters, sorted, and their hmac (lines 81 to 85). Signed is the text that stands in the
    address: escaped, as Ruby's `to_query` makes it, so that no value can pass for two parameters."""
    base, _, query = address.partition("?")
    own = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in {*parameters, "hmac"}]
    pairs = sorted([*own, *parameters.items()])
    digest = hmac.new(secret.encode(), urlencode(pairs).encode(), hashlib.sha256).hexdigest()
    return f"{base}?{urlencode(sorted([*pairs, ('hmac', digest)]))}"


def _leave(address: str) -> Response:
    headers = {"Location": address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(status_code=303, headers=headers)


async def install(request: Request, db: Tx) -> Response:
    """GET /admin/oauth/install (ours): the merchant presses install, and the browser goes to the app (lines 22 to 24)."""
    if not _navigated(request):
        raise Shown(403, "elsewhere")
    given = _query(request, ("client_id", "install_from", "shop", "lang"))
    member = await staff.of_session(db, _session(request))
    client = await _client(db, given.get("client_id", ""))
    store = await _store(db, request, client, given.get("shop", ""), member)
    if not client.app_uri:
        raise Shown(400, "client")
    if member is None or member.merchant_id != store.merchant_id:
        return _ask_who(request, given, "install", store, member, _language(request, given))
    said = {"install_from": given.get("install_from") or "app_store", "shop": _domain(request, store),
            "store_id": str(store.id)}  # fmt: skip
    return _leave(signed(client.app_uri, said, client.secret))


async def sign_in(request: Request) -> Response:
    """POST /admin/oauth/sign-in (ours): e-mail and password for a session, then back to what was asked."""
    given = await _form(request, ("email", "password", "next", "lang"))
    page, _, query = given.get("next", "").partition("?")
    if page not in ("authorize", "install"):
        raise Shown(400, "unreadable")
    wanted = _decoded(query.encode(), (*ASKED, "install_from"))
    email, language = given.get("email", "").strip()[:255], _language(request, given)
    async with state_of(request).pool.acquire() as connection:
        client = await _client(connection, wanted.get("client_id", ""))
        try:
            place = request.client.host if request.client else ""
            session = await staff.sign_in(connection, email, given.get("password", ""), place)
        except (Unauthenticated, TooMany) as error:
            fault, status = ("wrong", 401) if isinstance(error, Unauthenticated) else ("too_many", 429)
            store = await _store(connection, request, client, wanted.get("shop", ""), None)
            return _ask_who(request, wanted, page, store, None, language, fault=fault, email=email, status=status)
    response = RedirectResponse(f"{_next(page, wanted)}&lang={language}", 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        _cookie(request), session, max_age=staff.SESSION_HOURS * 3600, path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


async def sign_out(request: Request, db: Tx) -> Response:
    """POST /admin/oauth/sign-out (ours): ends the session, for somebody else to sign in."""
    given = await _form(request, ("next", "lang"))
    page, _, query = given.get("next", "").partition("?")
    if page not in ("authorize", "install"):
        raise Shown(400, "unreadable")
    await staff.sign_out(db, _session(request))
    wanted = _decoded(query.encode(), (*ASKED, "install_from"))
    response = RedirectResponse(f"{_next(page, wanted)}&lang={_language(request, given)}", 303)
    response.delete_cookie(_cookie(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax")
    return response


async def style() -> Response:
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600",
                                                           "X-Content-Type-Options": "nosniff"})  # fmt: skip


PAGES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/authorize", decide),
    ("GET", "/install", install),
    ("POST", "/sign-in", sign_in),
    ("POST", "/sign-out", sign_out),
    ("GET", "/pages.css", style),
)
