package kat.client.kubeconfig;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// The cluster, the user and the namespace that a kubeconfig chooses.
///
/// Users sign in by tokens, certificates or passwords. A program that a user names (`exec`) is
/// run by [SignIn]; without it, and for an `auth-provider`, a sentence says what is not taken.
///
/// @param folder what relative paths in the file start from
/// @param cluster as the file has it
/// @param user as the file has it
/// @param namespace of the context; empty when it names none
public record Kubeconfig(Path folder, JsonObject cluster, JsonObject user, String namespace) {

    /// The name of the context that a file has chosen now; empty for none.
    ///
    /// @throws KubeconfigException when the file cannot be read
    public static String currentContext(Path file) {
        try {
            return Yaml.parse(Files.readString(file)) instanceof JsonObject tree
                    ? tree.string("current-context")
                    : "";
        } catch (IOException | YamlException e) {
            throw new KubeconfigException("cannot read the kubeconfig " + file, false, e);
        }
    }

    /// @param context the one to use; the file's current one when empty
    /// @throws KubeconfigException when the file does not say which server is meant
    public static Kubeconfig read(Path file, String context) {
        try {
            JsonObject config =
                    Yaml.parse(Files.readString(file)) instanceof JsonObject tree
                            ? tree
                            : JsonObject.EMPTY;
            String chosen = context.isEmpty() ? config.string("current-context") : context;
            JsonObject meant = named(config, "contexts", chosen).object("context");
            if (!context.isEmpty() && meant.isEmpty()) {
                throw new KubeconfigException("context \"" + context + "\" does not exist", true);
            }
            JsonObject cluster =
                    named(config, "clusters", meant.string("cluster")).object("cluster");
            if (cluster.string("server").isEmpty()) {
                throw new KubeconfigException(file + " names no server", false);
            }
            Path folder = file.toAbsolutePath().getParent();
            return new Kubeconfig(
                    folder == null ? Path.of("/") : folder,
                    cluster,
                    named(config, "users", meant.string("user")).object("user"),
                    meant.string("namespace"));
        } catch (IOException | YamlException e) {
            throw new KubeconfigException("cannot read the kubeconfig " + file, false, e);
        }
    }

    private static JsonObject named(JsonObject config, String list, String name) {
        return config.array(list).objects().stream()
                .filter(item -> item.string("name").equals(name))
                .findFirst()
                .orElse(JsonObject.EMPTY);
    }

    /// The address of the API server; ends with a slash.
    ///
    /// @throws KubeconfigException when it is none
    public URI server() {
        String server = cluster.string("server");
        try {
            return URI.create(server.endsWith("/") ? server : server + "/");
        } catch (IllegalArgumentException e) {
            throw new KubeconfigException("the server " + server + " is no address", true, e);
        }
    }

    /// Without what signs the user in.
    @Override
    public String toString() {
        return "Kubeconfig[server=" + cluster.string("server") + ", namespace=" + namespace + "]";
    }

    /// The value of the header `Authorization`; empty when a certificate tells who asks. A token's
    /// file is read at each call, since such tokens are renewed.
    ///
    /// @throws KubeconfigException when that file cannot be read
    public String authorization() {
        try {
            String token = user.string("token");
            String file = user.string("tokenFile");
            if (!file.isEmpty()) {
                token = Files.readString(folder.resolve(file)).strip();
            }
            if (!token.isEmpty()) {
                return "Bearer " + token;
            }
        } catch (IOException e) {
            throw new KubeconfigException("cannot read the token file of the kubeconfig", true, e);
        }
        String name = user.string("username");
        return name.isEmpty() ? "" : basic(name, user.string("password"));
    }

    /// The value of the header `Authorization` for a name and a password.
    public static String basic(String name, String password) {
        byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /// What to trust, and the certificate by which the user signs in, if it has one.
    ///
    /// @throws KubeconfigException when certificates or keys cannot be used
    public SSLContext tls() {
        if (user.has("exec") || user.has("auth-provider")) {
            throw new KubeconfigException(
                    "this command takes tokens and certificates of a kubeconfig, not the programs"
                            + " that its user names (exec, auth-provider)",
                    true);
        }
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(identity(), trusted(), null);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw new KubeconfigException("the kubeconfig's certificates cannot be used", true, e);
        }
    }

    private byte[] data(JsonObject part, String name) throws IOException {
        String inline = part.string(name + "-data");
        if (!inline.isEmpty()) {
            return decoded(name, inline);
        }
        String file = part.string(name);
        return file.isEmpty() ? new byte[0] : Files.readAllBytes(folder.resolve(file));
    }

    /// Lines may be broken, as Go's decoder lets them.
    private static byte[] decoded(String name, String inline) throws IOException {
        try {
            return Base64.getDecoder().decode(inline.replace("\r", "").replace("\n", ""));
        } catch (IllegalArgumentException e) {
            throw new IOException(name + "-data is no base64", e);
        }
    }

    private KeyManager[] identity() throws GeneralSecurityException, IOException {
        byte[] certificate = data(user, "client-certificate");
        if (certificate.length == 0) {
            return new KeyManager[0];
        }
        List<Certificate> chain = Pem.certificates(certificate);
        String key = new String(data(user, "client-key"), StandardCharsets.UTF_8);
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        char[] password = new char[0];
        store.setKeyEntry("user", Pem.key(key), password, chain.toArray(Certificate[]::new));
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, password);
        return managers.getKeyManagers();
    }

    private TrustManager[] trusted() throws GeneralSecurityException, IOException {
        if (cluster.bool("insecure-skip-tls-verify")) {
            return new TrustManager[] {new TrustAll()};
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        List<Certificate> authorities = new ArrayList<>();
        byte[] authority = data(cluster, "certificate-authority");
        if (authority.length > 0) {
            authorities.addAll(Pem.certificates(authority));
        }
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(authorities.isEmpty() ? null : store);
        return managers.getTrustManagers();
    }
}
