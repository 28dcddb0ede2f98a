"""The command line. Each command imports what it needs when it runs, so that `monogram render` starts fast."""

from __future__ import annotations

import argparse
import os
import select
import sys

from monogram import __version__, settings


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted, 141 when
    whoever read its output, such as `head`, went away."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # else it would fail at exit, with a traceback
    except BrokenPipeError:
        if not _reader_gone():
            raise
        return 141


def _run(arguments: list[str] | None) -> int:
    args = _parser().parse_args(arguments)
    try:
        return args.run(args)
    except KeyboardInterrupt:
        return 130
    except settings.CannotStart as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _reader_gone() -> bool:
    """Whether nobody reads what is printed any more; what is left of it then goes nowhere."""
    gone = False
    for stream in (sys.stdout, sys.stderr):
        poll = select.poll()
        poll.register(stream.fileno(), select.POLLOUT)
        if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            gone = True
    return gone


def _parser() -> argparse.ArgumentParser:
    from monogram.fonts_command import add_parser as add_fonts
    from monogram.lint_command import add_parser as add_lint
    from monogram.render_command import add_parser as add_render
    from monogram.reproduce_command import add_parser as add_reproduce

    parser = argparse.ArgumentParser(
        prog="monogram", description="Made-to-order commerce: from a shopper's answers to a print file."
    )
    parser.add_argument("--version", action="version", version=f"monogram {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a demo shop, the main job once from start to finish, then keep serving")
    demo.add_argument("--once", action="store_true", help="stop when the main job is done")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="database, server and workers until Ctrl-C")
    serve.add_argument("--web", type=int, default=1, metavar="N", help="serving processes (default 1)")
    serve.add_argument("--workers", type=int, default=1, metavar="N", help="render workers (default 1)")
    serve.set_defaults(run=_serve)

    worker = commands.add_parser("worker", help="one render worker on DATABASE_URL")
    worker.set_defaults(run=_worker)

    migrate = commands.add_parser("migrate", help="bring the database to this version's tables")
    migrate.set_defaults(run=_migrate)

    doctor = commands.add_parser("doctor", help="look at everything Monogram stands on here, and say what is wrong")
    doctor.add_argument("--json", action="store_true", help="the findings as JSON")
    doctor.set_defaults(run=_doctor)

    add_render(commands)
    add_lint(commands)
    add_reproduce(commands)
    add_fonts(commands)
    _add_app(commands)
    _add_seed(commands)
    return parser


def _add_seed(commands) -> None:
    seed = commands.add_parser("seed", help="fill a store with a believable shop of any size")
    seed.add_argument("--products", type=_count, default=1_000, metavar="N", help="how many products (default 1000)")
    seed.add_argument("--orders", type=_count, default=5_000, metavar="N", help="how many orders (default 5000)")
    seed.add_argument("--store", default="seed", metavar="SLUG", help="which store; made when it is not there (default seed)")
    seed.add_argument("--chance", type=int, default=1, metavar="N", help="another number makes another shop (default 1)")
    seed.set_defaults(run=_seed)


def _add_app(commands) -> None:
    app = commands.add_parser("app", help="register apps for the Shoplazza API, list them, end their access")
    verbs = app.add_subparsers(title="what to do", required=True, metavar="VERB")

    register = verbs.add_parser("register", help="an app that asks shops by OAuth; prints client_id and client_secret")
    register.add_argument("name")
    register.add_argument("--app-uri", required=True, metavar="URI", help="where an installation begins")
    register.add_argument("--redirect-uri", required=True, action="append", metavar="URI", help="may be given again")
    register.add_argument("--store", metavar="SLUG", help="only this store may install it")

    private = verbs.add_parser("private", help="a private app of one store; prints its access token")
    private.add_argument("name")
    private.add_argument("--scope", metavar="SCOPES", help="what it may do, such as 'read_order read_shop' (default all)")

    listing = verbs.add_parser("list", help="the apps that are in a store")
    uninstall = verbs.add_parser("uninstall", help="end what an app has in a store: tokens, webhooks, scripts")
    uninstall.add_argument("client_id")

    staff = commands.add_parser("staff", help="somebody who may sign in for a store; prints a new password")
    staff.add_argument("email")
    for parser in (private, listing, uninstall, staff):
        parser.add_argument("--store", required=True, metavar="SLUG")
    for parser in (register, private, listing, uninstall, staff):
        parser.set_defaults(run=_app, work=parser.prog.rpartition(" ")[2])


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError("must be 0 to 10,000,000")
    return number


def _seed(args: argparse.Namespace) -> int:
    from monogram.seeding import command

    return command.run(settings.read(), args)


def _app(args: argparse.Namespace) -> int:
    from monogram import apps_command

    return apps_command.run(settings.read(), args)


def _demo(args: argparse.Namespace) -> int:
    from monogram.demo import command

    return command.run(settings.read(), once=args.once)


def _serve(args: argparse.Namespace) -> int:
    from monogram import serving

    return serving.run(settings.read(), web=args.web, workers=args.workers)


def _worker(args: argparse.Namespace) -> int:
    from monogram.jobs import worker

    read = settings.read()
    if read.database_url is None:
        raise settings.CannotStart(
            "set DATABASE_URL: a worker alone joins a running database (`monogram serve` brings its own)"
        )
    worker.run(read)
    return 0


def _migrate(args: argparse.Namespace) -> int:
    from monogram import serving

    with serving.database(settings.read()) as (url, _):
        steps = serving.migrate(url)
    print("\n".join(steps) or "Nothing to do: the database is at this version.")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from monogram import doctor

    return doctor.run(settings.read(), as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
