package kat.dev.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import kat.dev.build.BuiltImage;
import kat.dev.build.ImageStore;
import kat.dev.build.TestImages;
import kat.dev.config.Artifact;
import kat.dev.config.Loading;
import kat.dev.deploy.HookRunner;
import kat.dev.deploy.Kubectl;
import kat.dev.process.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files copied by a kubectl that runs the container's commands in a folder of this machine.
class SyncTest {

    private static final String POD =
            """
            {"items": [{"metadata": {"namespace": "fe", "name": "web-1"},
              "spec": {"containers": [{"name": "c", "image": "web:1"}]},
              "status": {"containerStatuses": [{"name": "c", "state": {"running": {}}}]}}]}
            """;

    @TempDir Path folder;
    private Path context;
    private Path root;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        context = Files.createDirectories(folder.resolve("web"));
        root = Files.createDirectories(folder.resolve("root"));
        Files.writeString(folder.resolve("pods"), POD);
        Files.writeString(
                folder.resolve("kubectl"),
                """
                #!/bin/sh
                here=$(dirname "$0")
                echo "$@" >> "$here/asked"
                case "$*" in
                  *get*pods*) cat "$here/pods" ;;
                  *" tar "*) [ ! -e "$here/broken" ] || { echo no tar >&2; exit 1; }
                    tar xmf - -C "$here/root" ;;
                  *" rm "*) while [ "$1" != rm ]; do shift; done
                    rm "$2" -- "$here/root$4" ;;
                esac
                """);
        Files.setPosixFilePermissions(
                folder.resolve("kubectl"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM x\nWORKDIR /srv\nCOPY pages ./p\nCOPY . .\n");
    }

    private Artifact artifact(String sync) throws IOException {
        Files.writeString(
                folder.resolve("skaffold.yaml"),
                """
                apiVersion: skaffold/v4beta11
                kind: Config
                build: {artifacts: [{image: web, context: web, sync: SYNC}]}
                """
                        .replace("SYNC", sync));
        return Loading.load(
                        new Loading.Choice("", List.of(), List.of(), true),
                        new Loading.Surroundings(folder, Map.of(), "dev", ""))
                .artifacts()
                .getFirst();
    }

    private boolean sync(String sync, String... changed) throws Exception {
        Shell shell =
                new Shell(
                        Map.of(
                                "PATH", System.getenv("PATH"),
                                "KAT_KUBECTL", folder.resolve("kubectl").toString()));
        Kubectl kubectl = new Kubectl(shell, folder, "", "");
        ImageStore store = new ImageStore(folder.resolve("store"));
        BuiltImage image = TestImages.of(store, "{\"config\":{\"WorkingDir\":\"/work\"}}");
        TreeSet<Path> files = new TreeSet<>();
        for (String name : changed) {
            files.add(context.resolve(name));
        }
        Syncer syncer =
                new Syncer(
                        kubectl,
                        new HookRunner(shell, kubectl, told::add),
                        new LinkedHashSet<>(List.of("fe")),
                        store,
                        told::add);
        return syncer.sync(artifact(sync), files, "web:1", image);
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(context.resolve(name).resolveSibling("."));
        Files.writeString(context.resolve(name), text);
    }

    @Test
    void filesGoWhereTheirRulesSay() throws Exception {
        String sync =
                "{manual: [{src: 'css/**/*.css', dest: assets, strip: css/},"
                        + " {src: '*.sh', dest: /bin}]}";
        String deep = "css/" + "long/".repeat(20) + "x.css";
        write(deep, "deep");
        write("run.sh", "echo");
        Files.setPosixFilePermissions(
                context.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertTrue(sync(sync, deep, "run.sh"));

        assertEquals(
                "deep",
                Files.readString(root.resolve("work/assets/" + "long/".repeat(20) + "x.css")));
        assertTrue(Files.isExecutable(root.resolve("bin/run.sh")));
        assertEquals("web: 2 files copied and 0 removed in 1 containers", told.getLast());
    }

    @Test
    void filesGoWhereTheDockerfileCopiesThemAndComeAway() throws Exception {
        write("pages/index.html", "one");
        assertTrue(sync("{infer: ['pages/**']}", "pages/index.html"));
        assertEquals("one", Files.readString(root.resolve("srv/pages/index.html")));

        Files.delete(context.resolve("pages/index.html"));
        assertTrue(sync("{infer: ['pages/**']}", "pages/index.html"));
        assertFalse(Files.exists(root.resolve("srv/pages/index.html")));
        assertTrue(
                Files.readString(folder.resolve("asked"))
                        .contains("exec -i -n fe web-1 -c c -- rm -f -- /srv/pages/index.html"));
    }

    @Test
    void aFolderStaysWhereAFileThatWentHasItsPlace() throws Exception {
        Files.createDirectories(root.resolve("srv"));
        Files.writeString(root.resolve("srv/other"), "stays");

        assertFalse(sync("{manual: [{src: a.txt, dest: /srv, strip: a.txt}]}", "a.txt"));

        assertEquals("stays", Files.readString(root.resolve("srv/other")));
        assertTrue(told.getLast().contains("does not take files: rm: "), told.getLast());
    }

    @Test
    void commandsRunAround() throws Exception {
        write("a.txt", "a");

        assertTrue(
                sync(
                        "{manual: [{src: '*.txt', dest: /}], hooks: {"
                                + "before: [{host: {command: [sh, -c,"
                                + " 'echo before $SKAFFOLD_FILES_ADDED_OR_MODIFIED >> ../asked']}}],"
                                + " after: [{container: {command: [reload]}}]}}",
                        "a.txt"));

        List<String> asked = Files.readAllLines(folder.resolve("asked"));
        assertEquals("before " + context.resolve("a.txt"), asked.get(1));
        assertEquals("exec -n fe web-1 -c c -- reload", asked.getLast());
    }

    @Test
    void whatHasNoPlaceTakesANewImage() throws Exception {
        write("a.txt", "a");
        write("b.go", "b");

        assertFalse(sync("{manual: [{src: '*.txt', dest: /}]}", "a.txt", "b.go"));
        assertFalse(sync("{infer: ['**']}", "Dockerfile"));
        assertFalse(Files.exists(root.resolve("a.txt")));
    }

    @Test
    void aContainerThatTakesNoFilesIsNamed() throws Exception {
        write("a.txt", "a");
        Files.createFile(folder.resolve("broken"));

        assertFalse(sync("{manual: [{src: '*.txt', dest: /}]}", "a.txt"));

        assertEquals(
                "container c of pod web-1 does not take files: no tar; building a new image"
                        + " instead",
                told.getLast());
    }
}
