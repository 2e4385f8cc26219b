#!/bin/sh
# Any command, by root, with the server's settings and as the server's user. Belongs to /usr/local/bin/feedback.
set -eu
umask 077
set -a
. /etc/feedback/environment
set +a
exec setpriv --reuid feedback --regid feedback --init-groups -- /opt/feedback/bin/feedback "$@"
