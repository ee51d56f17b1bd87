#!/bin/sh
# in_layer.sh FOLDER COMMAND…: run a command as if it were installed on this machine. Everything
# that it writes outside FOLDER stays in FOLDER/layer; the machine itself is not changed.
set -eu
folder=$1
shift
if [ -z "${IN_LAYER:-}" ]; then
    export IN_LAYER=1
    exec unshare --mount --propagation private "$0" "$folder" "$@"
fi
mkdir -p "$folder/layer" "$folder/work" "$folder/root"
mount -t overlay overlay \
    -o "lowerdir=/,upperdir=$folder/layer,workdir=$folder/work" "$folder/root"
mount --rbind /proc "$folder/root/proc"
mount --rbind /dev "$folder/root/dev"
mkdir -p "$folder/root/$folder/pg"
mount --bind "$folder/pg" "$folder/root/$folder/pg"
exec chroot "$folder/root" "$@"
