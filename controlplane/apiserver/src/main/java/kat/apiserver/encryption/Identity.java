package kat.apiserver.encryption;

import java.security.GeneralSecurityException;
import kat.base.Randomness;

/// Does not seal.
enum Identity implements Provider {
    PLAIN;

    @Override
    public String prefix() {
        return "";
    }

    @Override
    public byte[] seal(String place, byte[] plain, Randomness randomness) {
        return plain;
    }

    @Override
    public byte[] open(String place, byte[] sealed) throws GeneralSecurityException {
        if (Encryption.isSealed(sealed)) {
            throw new GeneralSecurityException("identity transformer tried to read encrypted data");
        }
        return sealed;
    }
}
