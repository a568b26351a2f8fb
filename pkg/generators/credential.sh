# Answers git with the user and the password of a server, as the Secret has them now.
# $1: directory of the server's files; $2: what git wants
[ "$2" = get ] || exit 0
user=x-access-token
if [ -f "$1/username" ]; then user=$(cat "$1/username") || exit 1; fi
password=$(cat "$1/password") || exit 1
printf 'username=%s\npassword=%s\n' "$user" "$password"
