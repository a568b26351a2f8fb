# Answers git with a token of a GitHub App for the organisation that the path begins with.
# $1: the App's ID; $2: its private key; $3: domain of GitHub Enterprise Server, or empty; $4: what git wants
[ "$4" = get ] || exit 0
organisation=
while IFS='=' read -r name value; do
	if [ "$name" = path ]; then organisation=${value%%/*}; fi
done
case $organisation in
'' | *[!A-Za-z0-9_-]*) exit 0 ;; # a client chose it, and no organisation has such a name
esac
exec git-credential-github-app -username x-access-token -appId "$1" -privateKeyFile "$2" -organization "$organisation" ${3:+-domain "$3"} get
