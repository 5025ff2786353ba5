package kat.apiserver.encryption;

import java.security.GeneralSecurityException;
import kat.base.Randomness;

/// One way of sealing with one key.
///
/// **Threads:** any.
interface Provider {

    /// What stands before everything that is sealed so: `k8s:enc:aesgcm:v1:NAME:`.
    String prefix();

    /// @param place the key under which it is stored
    byte[] seal(String place, byte[] plain, Randomness randomness) throws GeneralSecurityException;

    /// @param sealed without the prefix
    /// @throws GeneralSecurityException when it was not sealed with this key, or changed since
    byte[] open(String place, byte[] sealed) throws GeneralSecurityException;
}
