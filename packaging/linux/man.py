#!/usr/bin/env python3
"""Makes the man page of what the program says of itself: man.py PROGRAM > hotlight.1

The program's own --help, of each subcommand too, is the text; what it cannot say (files, environment, exit codes) stands here.
The date is SOURCE_DATE_EPOCH.
"""

import datetime
import os
import re
import subprocess
import sys

TAIL = r"""
.SH LINKS
.B hotlight://open?study=\fIUID\fB&from=\fINAME\fR
opens the study with this Study Instance UID from the archive that
.I peers.toml
calls \fINAME\fR. Without
.B &from
it comes from the store, else from the usual archive. A link names nothing else.
.SH EXIT STATUS
.TP
0
It is done.
.TP
1
The work failed; standard error has a line for each problem.
.TP
2
The arguments are wrong.
.SH ENVIRONMENT
.TP
.B HOTLIGHT_SITE_DIR
The site's folder of settings, in place of
.IR /etc/hotlight ,
unless that locks something.
.TP
.B HOTLIGHT_CONFIG_DIR
The reader's folder of settings, in place of
.IR ~/.config/hotlight .
.TP
.B HOTLIGHT_STATE_DIR
The folder of logs, of what the reader saved and of the store, in place of
.IR ~/.local/state/hotlight .
.TP
.B HOTLIGHT_USER
Who of the users of a shared account reads, as
.B \-\-user
says.
.SH FILES
.TP
.IR /etc/hotlight ", " ~/.config/hotlight
.I config.toml
(settings),
.I keymap.toml
(keys),
.I peers.toml
(archives),
.I displays.toml
(monitors) and the folders of presets, palettes, corner texts and hanging protocols. The reader's lie over the site's.
"""


def roff(text):
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return "\n".join(r"\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def help_of(program, *command):
    text = subprocess.run([program, *command, "--help"], check=True, text=True, stdout=subprocess.PIPE).stdout
    about, _, rest = text.partition("Usage: ")
    usage, *rest = rest.split("\n\n")
    sections = {}
    for block in re.split(r"\n(?=\w+:\n)", "\n" + "\n\n".join(rest)):
        name, _, body = block.strip("\n").partition(":\n")
        if body:
            sections[name] = list(entries(body))
    return about.strip(), [line.strip() for line in usage.split("\n")], sections


def entries(body):
    """The entries of a section: what is typed, and what it does."""
    entry = None
    for line in filter(str.strip, body.split("\n")):
        depth = len(line) - len(line.lstrip())
        if depth <= 6 and (depth == 2 or line.lstrip()[0] in "-<["):
            if entry:
                yield entry
            term, _, text = re.sub(r"\s{2,}", "\t", line.strip()).partition("\t")
            entry = [term, text]
        else:
            # Possible values are a list.
            between = "\n" if line.strip().startswith(("- ", "Possible values:")) else " "
            entry[1] = (entry[1] + between + re.sub(r"\s{2,}", " ", line.strip())).strip()
    if entry:
        yield entry


def listed(found):
    return [line for term, text in found for line in (".TP", f".B {roff(term)}", roff(text).replace("\n", "\n.br\n") or r"\&")]


def commands(program, above, sections):
    """A subsection for each command that is below another, and for those below it."""
    lines = []
    for name, _ in sections.get("Commands", []):
        if name == "help":
            continue
        about, usage, own = help_of(program, *above, name)
        lines += [f'.SS "{roff(" ".join(["hotlight", *above, name]))}"', roff(about)]
        lines += [line for call in usage for line in (".PP", f".B {roff(call)}")]
        options = own.get("Arguments", []) + [entry for entry in own.get("Options", []) if "--help" not in entry[0]]
        lines += listed(options) + commands(program, [*above, name], own)
    return lines


def main():
    program = os.path.abspath(sys.argv[1])
    about, usage, sections = help_of(program)
    version = subprocess.run([program, "--version"], check=True, text=True, stdout=subprocess.PIPE).stdout.split()[1]
    time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    lines = [
        f'.TH HOTLIGHT 1 "{time:%Y-%m-%d}" "Hotlight {version}" "User Commands"',
        ".SH NAME",
        r"hotlight \- radiologist's viewer of DICOM studies",
        ".SH SYNOPSIS",
        *[line for call in usage for line in (f".B {roff(call)}", ".br")][:-1],
        ".SH DESCRIPTION",
        roff(about) + ".",
        ".SH COMMANDS",
        *listed(entry for entry in sections["Commands"] if entry[0] != "help"),
        ".SH OPTIONS",
        *listed(sections["Arguments"] + sections["Options"]),
        ".SH DETAILS OF THE COMMANDS",
        *commands(program, [], sections),
    ]
    sys.stdout.write("\n".join(lines) + TAIL)


main()
