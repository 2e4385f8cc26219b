#!/bin/sh
# granian 2.8.7: two servers that are started on one address and port both say that they listen there, and neither is refused. The kernel deals the
# connections out between them (SO_REUSEPORT), so that each answers a part of the requests, here with another application.
# Expected by a good guess: the second one ends with "address already in use"; granian sets the
# option for the processes of one server and has no check for those of another.
# Whoever uses it has to hold the address against other servers himself.
#
# Seen: both run, and of 200 requests "first" and "second" answer some each.
set -eu
room=$(mktemp -d)
trap 'kill $one $two 2>/dev/null || true; rm -rf "$room"' EXIT
one= two=
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check granian==2.8.7
cd "$room"
for name in first second; do
    printf 'def app(environ, start):\n    start("200 OK", [])\n    return [b"%s"]\n' $name > $name.py
done
port=$("$room/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$room/venv/bin/granian" --interface wsgi --host 127.0.0.1 --port "$port" first:app > first.log 2>&1 & one=$!
"$room/venv/bin/granian" --interface wsgi --host 127.0.0.1 --port "$port" second:app > second.log 2>&1 & two=$!
"$room/venv/bin/python" - "$port" <<'TEXT'
import collections, sys, time, urllib.request

answers = collections.Counter()
for _ in range(600):
    try:
        answers[urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/", timeout=5).read().decode()] += 1
    except OSError:
        time.sleep(0.1)
    if sum(answers.values()) >= 200 and len(answers) == 2:
        break
print("answered by", sorted(answers))
assert sorted(answers) == ["first", "second"], answers
TEXT
kill -0 $one && kill -0 $two && echo "both are running"
grep -h "Listening at" first.log second.log | sed 's/:[0-9]*$/:PORT/'
