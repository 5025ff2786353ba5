package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DockerfileBuildTest {

    @Test
    void layersAreUsedAgainAndTimesAreFixed() {
        DockerfileBuild build =
                new DockerfileBuild(
                        "web:1",
                        "deploy/Dockerfile",
                        List.of("WORD=one two"),
                        List.of("--target=one"),
                        Path.of("web"));

        assertEquals(
                List.of(
                        "buildah",
                        "build",
                        "--layers",
                        "--timestamp",
                        "0",
                        "--file",
                        "deploy/Dockerfile",
                        "--build-arg=WORD=one two",
                        "--target=one",
                        "--tag=docker-archive:/a/image.tar:web:1",
                        "web"),
                build.command("buildah", Path.of("/a/image.tar")));
    }
}
