package kat.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.KubeconfigException;

/// Where Helm's files are and which cluster is meant, from flags and the environment.
///
/// The folders are those of any Helm, so that repositories and logins are shared with it.
final class Settings {

    /// What Helm says of a cluster that nothing names.
    private static final String UNREACHABLE =
            "Kubernetes cluster unreachable: invalid configuration: no configuration has been"
                    + " provided, try setting KUBERNETES_MASTER environment variable";

    private final Invocation said;

    Settings(Invocation said) {
        this.said = said;
    }

    private Path home() {
        return Path.of(said.environment().getOrDefault("HOME", "/"));
    }

    private Path folder(String own, String xdg, String inHome) {
        String named = said.variable(own);
        if (!named.isEmpty()) {
            return Path.of(named).toAbsolutePath();
        }
        String base = said.variable(xdg);
        return (base.isEmpty() ? home().resolve(inHome) : Path.of(base).toAbsolutePath())
                .resolve("helm");
    }

    private Path config() {
        return folder("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config");
    }

    private Path cache() {
        return folder("HELM_CACHE_HOME", "XDG_CACHE_HOME", ".cache");
    }

    private Path chosen(String flag, String variable, Path absent) {
        String named = said.text(flag).isEmpty() ? said.variable(variable) : said.text(flag);
        return named.isEmpty() ? absent : Path.of(named).toAbsolutePath();
    }

    Path repositoryConfig() {
        return chosen(
                "repository-config",
                "HELM_REPOSITORY_CONFIG",
                config().resolve("repositories.yaml"));
    }

    Path repositoryCache() {
        return chosen("repository-cache", "HELM_REPOSITORY_CACHE", cache().resolve("repository"));
    }

    /// Where this machine notes which releases it is changing.
    Path locks() {
        return cache().resolve("kat-locks");
    }

    private Path kubeconfigFile() {
        String named =
                said.text("kubeconfig").isEmpty()
                        ? said.variable("KUBECONFIG")
                        : said.text("kubeconfig");
        for (String file : Parts.of(named, ':')) {
            if (!file.isEmpty() && (Files.exists(Path.of(file)) || !named.contains(":"))) {
                return Path.of(file).toAbsolutePath();
            }
        }
        return home().resolve(".kube").resolve("config");
    }

    private String context() {
        return said.text("kube-context").isEmpty()
                ? said.variable("HELM_KUBECONTEXT")
                : said.text("kube-context");
    }

    Kubeconfig kubeconfig() {
        try {
            return Kubeconfig.read(kubeconfigFile(), context());
        } catch (KubeconfigException e) {
            String why = e.isFound() ? String.valueOf(e.getMessage()) : UNREACHABLE;
            HelmException refused = new HelmException(why);
            refused.initCause(e);
            throw refused;
        }
    }

    /// The kubeconfig for the library, which takes a file with one current context.
    Path libraryKubeconfig() {
        Path file = kubeconfigFile();
        if (context().isEmpty()) {
            return file;
        }
        Kubeconfig unused = kubeconfig();
        try {
            Json tree = Yaml.parse(Files.readString(file));
            JsonObject config = tree instanceof JsonObject object ? object : JsonObject.EMPTY;
            return said.scratch()
                    .write("kubeconfig", config.with("current-context", context()).toString());
        } catch (IOException e) {
            throw new HelmException("cannot read " + file, e);
        }
    }

    /// The namespace that is meant, as Helm finds it.
    String namespace() {
        if (!said.text("namespace").isEmpty()) {
            return said.text("namespace");
        }
        if (!said.variable("HELM_NAMESPACE").isEmpty()) {
            return said.variable("HELM_NAMESPACE");
        }
        if (!Files.exists(kubeconfigFile())) {
            return "default";
        }
        String inContext = kubeconfig().namespace();
        return inContext.isEmpty() ? "default" : inContext;
    }
}
