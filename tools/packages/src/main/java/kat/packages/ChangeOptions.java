package kat.packages;

import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// The flags of a command that changes a release, and what each does to the library's command.
/// The library's install and upgrade have no type in common.
///
/// @param flags that stand alone
/// @param texts that have a value
/// @param files that name a file
/// @param timeout takes seconds
record ChangeOptions(
        Map<String, Runnable> flags,
        Map<String, Consumer<String>> texts,
        Map<String, Consumer<Path>> files,
        IntConsumer timeout) {

    static ChangeOptions of(InstallCommand install) {
        return new ChangeOptions(
                Map.of(
                        "create-namespace", install::createNamespace,
                        "wait", install::waitReady,
                        "atomic", install::atomic,
                        "dependency-update", install::dependencyUpdate,
                        "disable-openapi-validation", install::disableOpenApiValidation,
                        "skip-crds", install::skipCrds,
                        "devel", install::devel,
                        "insecure-skip-tls-verify", install::insecureSkipTlsVerify,
                        "plain-http", install::plainHttp),
                Map.of("version", install::withVersion, "description", install::withDescription),
                Map.of(
                        "cert-file", install::withCertFile,
                        "key-file", install::withKeyFile,
                        "ca-file", install::withCaFile),
                install::withTimeout);
    }

    /// Those of a rollback, too, which is an upgrade.
    static ChangeOptions of(UpgradeCommand upgrade) {
        return new ChangeOptions(
                Map.ofEntries(
                        Map.entry("wait", upgrade::waitReady),
                        Map.entry("atomic", upgrade::atomic),
                        Map.entry("force", upgrade::force),
                        Map.entry("cleanup-on-fail", upgrade::cleanupOnFail),
                        Map.entry("reset-values", upgrade::resetValues),
                        Map.entry("reuse-values", upgrade::reuseValues),
                        Map.entry("reset-then-reuse-values", upgrade::resetThenReuseValues),
                        Map.entry("dependency-update", upgrade::dependencyUpdate),
                        Map.entry("disable-openapi-validation", upgrade::disableOpenApiValidation),
                        Map.entry("skip-crds", upgrade::skipCrds),
                        Map.entry("devel", upgrade::devel),
                        Map.entry("insecure-skip-tls-verify", upgrade::insecureSkipTlsVerify),
                        Map.entry("plain-http", upgrade::plainHttp)),
                Map.of("version", upgrade::withVersion, "description", upgrade::withDescription),
                Map.of(
                        "cert-file", upgrade::withCertFile,
                        "key-file", upgrade::withKeyFile,
                        "ca-file", upgrade::withCaFile),
                upgrade::withTimeout);
    }

    /// Does what a person said.
    void apply(Invocation said) {
        flags.forEach(said::ifFlag);
        texts.forEach(said::ifSaid);
        files.forEach(said::ifFile);
        timeout.accept((int) said.timeout().toSeconds());
    }
}
