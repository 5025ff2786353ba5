package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigFileTest {

    @TempDir private Path folder;

    private Path config(String authority) throws IOException {
        return Files.writeString(
                folder.resolve("config"),
                """
                apiVersion: v1
                kind: Config
                clusters:
                - name: kat
                  cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: %s}
                contexts:
                - name: kat
                  context: {cluster: kat, user: kat-admin}
                users:
                - name: kat-admin
                  user: {token: t}
                current-context: kat
                """
                        .formatted(authority));
    }

    private boolean remove(Path target) {
        Surroundings.User user = new Surroundings.User(false, folder, null, null);
        return KubeconfigFile.remove(target, "kat", "b25l", user);
    }

    @Test
    void takesTheEntriesOfTheClusterOut() throws IOException {
        Path target = config("b25l");

        assertTrue(remove(target));

        assertFalse(Files.readString(target).contains("kat"), Files.readString(target));
    }

    @Test
    void leavesTheEntriesOfAnotherHomesClusterOfThatName() throws IOException {
        Path target = config("dHdv");
        String before = Files.readString(target);

        assertFalse(remove(target));

        assertEquals(before, Files.readString(target));
    }
}
