package kat.app;

import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.apiserver.auth.TokenSigner;
import kat.client.Transport;
import kat.controllers.serviceaccount.SecretTokenAuthority;
import org.jspecify.annotations.Nullable;

/// Makes the tokens that Secrets hold with the key of the cluster.
///
/// **Threads:** any.
record ClusterTokens(TokenSigner signer, Transport transport) implements SecretTokenAuthority {

    @Override
    public String token(KubeObject account, KubeObject secret) {
        return signer.secretToken(account, secret);
    }

    @Override
    public @Nullable KubeObject account(ObjectKey key) {
        try {
            return transport.get(Kinds.SERVICE_ACCOUNT, key);
        } catch (StatusException e) {
            if (!e.is("NotFound")) {
                throw e;
            }
            return null;
        }
    }
}
