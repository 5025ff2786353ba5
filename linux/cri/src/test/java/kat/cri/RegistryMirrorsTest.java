package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryMirrorsTest {

    @TempDir private Path folder;
    private RegistryMirrors mirrors;

    @BeforeEach
    void make() {
        mirrors = new RegistryMirrors(folder.resolve("certs.d"));
    }

    @Test
    void mirrorsAreAskedBeforeTheRegistry() throws Exception {
        Files.createDirectory(folder.resolve("certs.d"));

        mirrors.set("docker.io", List.of("http://localhost:32001", "https://cache.example.com/v2"));

        assertEquals(
                """
                server = "https://registry-1.docker.io"

                [host."http://localhost:32001"]
                  capabilities = ["pull", "resolve"]

                [host."https://cache.example.com/v2"]
                  capabilities = ["pull", "resolve"]
                """,
                Files.readString(folder.resolve("certs.d/docker.io/hosts.toml")));
        assertEquals(
                Map.of(
                        "docker.io",
                        List.of("http://localhost:32001", "https://cache.example.com/v2")),
                mirrors.read());
    }

    @Test
    void noneLeavesNoFolderBehind() throws Exception {
        Files.createDirectory(folder.resolve("certs.d"));
        mirrors.set("quay.io:443", List.of("http://localhost:32001"));

        mirrors.set("quay.io:443", List.of());
        mirrors.set("never.example.com", List.of());

        assertEquals(Map.of(), mirrors.read());
        assertFalse(Files.exists(folder.resolve("certs.d/quay.io:443")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost:32001", "ftp://a", "http://", "http://a\"]\n[host", "http://a b"})
    void whatIsNoAddressIsRefused(String address) {
        assertThrows(
                IllegalArgumentException.class, () -> mirrors.set("docker.io", List.of(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "docker.io/library", "a b"})
    void whatIsNoRegistryIsRefused(String registry) {
        assertThrows(
                IllegalArgumentException.class,
                () -> mirrors.set(registry, List.of("http://localhost:32001")));
    }
}
