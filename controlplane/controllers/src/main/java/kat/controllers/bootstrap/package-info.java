/// Bootstrap tokens, with which new nodes sign in: their end, and what a node may trust that knows
/// only a token.
///
/// Read [kat.controllers.bootstrap.TokenCleaner], then
/// [kat.controllers.bootstrap.BootstrapSigner].
///
/// Nothing here judges tokens: the API server does.
@NullMarked
package kat.controllers.bootstrap;

import org.jspecify.annotations.NullMarked;
