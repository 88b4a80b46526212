#!/bin/sh
# Makes an authority for the servers of one cluster and one certificate that all of them use. Keep authority.key elsewhere.
set -eu
mkdir -p certificates && cd certificates
openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=jinbang authority" -keyout authority.key -out authority.pem
openssl req -newkey rsa:3072 -nodes -subj "/CN=jinbang" -keyout server.key -out server.csr
printf 'extendedKeyUsage=serverAuth,clientAuth\n' >server.ext
openssl x509 -req -days 3650 -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -extfile server.ext -out server.pem
rm server.csr server.ext
# The servers run in their containers as the user 1654.
chown 1654 server.key 2>/dev/null || true
chmod 600 server.key authority.key
