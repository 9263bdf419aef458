#!/bin/sh
# Becomes the first browser of Chromium's family on the PATH, with its DevTools protocol on standard
# input and output: no port, and no permission to use one. Exit code 127 where there is none; with
# --find alone it only looks.
for name in chromium chromium-browser google-chrome-stable google-chrome; do
  command -v "$name" >/dev/null || continue
  [ "$*" != --find ] || exit 0
  exec "$name" "$@" --remote-debugging-pipe 3<&0 4>&1 </dev/null >/dev/null 2>&1
done
exit 127
