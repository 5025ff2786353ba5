package kat.cri;

/// Credentials for a registry; empty strings for what is not used. Its text form hides them.
public record ImageAuth(
        String username,
        String password,
        String auth,
        String serverAddress,
        String identityToken,
        String registryToken) {

    public static ImageAuth basic(String username, String password) {
        return new ImageAuth(username, password, "", "", "", "");
    }

    @Override
    public String toString() {
        return "ImageAuth[serverAddress=" + serverAddress + "]";
    }
}
