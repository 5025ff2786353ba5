package kat.clients.badinput;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;

/// A certificate that travels as other bytes than its own, which a sender need not understand.
final class DamagedCertificate extends X509Certificate {

    private static final long serialVersionUID = 1L;

    private final transient X509Certificate own;
    private final byte[] bytes;

    DamagedCertificate(X509Certificate own, byte[] bytes) {
        this.own = own;
        this.bytes = bytes.clone();
    }

    @Override
    public byte[] getEncoded() {
        return bytes.clone();
    }

    @Override
    public PublicKey getPublicKey() {
        return own.getPublicKey();
    }

    @Override
    public void checkValidity() {}

    @Override
    public void checkValidity(Date date) {}

    @Override
    public int getVersion() {
        return own.getVersion();
    }

    @Override
    public BigInteger getSerialNumber() {
        return own.getSerialNumber();
    }

    @Override
    @Deprecated
    public Principal getIssuerDN() {
        return own.getIssuerX500Principal();
    }

    @Override
    @Deprecated
    public Principal getSubjectDN() {
        return own.getSubjectX500Principal();
    }

    @Override
    public Date getNotBefore() {
        return own.getNotBefore();
    }

    @Override
    public Date getNotAfter() {
        return own.getNotAfter();
    }

    @Override
    public byte[] getTBSCertificate() {
        return bytes.clone();
    }

    @Override
    public byte[] getSignature() {
        return own.getSignature();
    }

    @Override
    public String getSigAlgName() {
        return own.getSigAlgName();
    }

    @Override
    public String getSigAlgOID() {
        return own.getSigAlgOID();
    }

    @Override
    public byte[] getSigAlgParams() {
        return own.getSigAlgParams();
    }

    @Override
    public boolean[] getIssuerUniqueID() {
        return own.getIssuerUniqueID();
    }

    @Override
    public boolean[] getSubjectUniqueID() {
        return own.getSubjectUniqueID();
    }

    @Override
    public boolean[] getKeyUsage() {
        return own.getKeyUsage();
    }

    @Override
    public int getBasicConstraints() {
        return own.getBasicConstraints();
    }

    @Override
    public void verify(PublicKey key) {}

    @Override
    public void verify(PublicKey key, String provider) {}

    @Override
    public String toString() {
        return "damaged " + own.getSubjectX500Principal();
    }

    @Override
    public boolean hasUnsupportedCriticalExtension() {
        return false;
    }

    @Override
    public Set<String> getCriticalExtensionOIDs() {
        return own.getCriticalExtensionOIDs();
    }

    @Override
    public Set<String> getNonCriticalExtensionOIDs() {
        return own.getNonCriticalExtensionOIDs();
    }

    @Override
    public byte[] getExtensionValue(String oid) {
        return own.getExtensionValue(oid);
    }
}
