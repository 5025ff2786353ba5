/// What every namespace gets: the service account `default` and the certificate authority by which
/// pods know the API server.
///
/// Two small controllers that stand alone.
///
/// Nothing here makes tokens: pods ask for them when they start.
@NullMarked
package kat.controllers.serviceaccount;

import org.jspecify.annotations.NullMarked;
