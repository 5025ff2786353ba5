package kat.controllers.serviceaccount;

import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Who makes the tokens that Secrets hold, and knows which accounts there are by now.
///
/// **Threads:** any.
public interface SecretTokenAuthority {

    /// A token without an end of its own.
    String token(KubeObject account, KubeObject secret);

    /// The account as it is stored; null when there is none.
    @Nullable KubeObject account(ObjectKey key);
}
