package kat.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.Image;

/// `kat image remove|prune`: takes images away that no container was made from.
final class ImageRemoval {

    private static final int MEGABYTE = 1 << 20;

    private final ContainerRuntime runtime;
    private final Terminal terminal;

    ImageRemoval(ContainerRuntime runtime, Terminal terminal) {
        this.runtime = runtime;
        this.terminal = terminal;
    }

    /// Removes images with all their names.
    ///
    /// @throws CliException before anything is removed, when one is not there or in use
    void remove(List<String> names) {
        Set<String> used = used();
        Set<String> doomed = new TreeSet<>();
        for (String name : names) {
            Image image =
                    runtime.images()
                            .status(name)
                            .orElseThrow(() -> new CliException("there is no image " + name));
            if (used.contains(image.id())) {
                throw new CliException("a container was made from " + name + ", so it stays");
            }
            doomed.add(image.id());
        }
        runtime.images().list().stream()
                .filter(image -> doomed.contains(image.id()))
                .forEach(this::remove);
    }

    /// Removes every image that no container was made from.
    void prune() {
        Set<String> used = used();
        long freed = 0;
        for (Image image : runtime.images().list()) {
            if (!image.pinned() && !used.contains(image.id()) && !isOwn(image)) {
                remove(image);
                freed += image.sizeBytes();
            }
        }
        terminal.print("freed " + freed / MEGABYTE + " MB");
    }

    private void remove(Image image) {
        runtime.images().remove(image.id());
        List<String> names = image.repoTags().isEmpty() ? image.repoDigests() : image.repoTags();
        terminal.print("removed " + (names.isEmpty() ? image.id() : String.join(", ", names)));
    }

    /// Without the image of sandboxes no pod starts, and nothing brings it back.
    private static boolean isOwn(Image image) {
        return image.repoTags().stream().anyMatch(tag -> tag.startsWith("kat.local/"));
    }

    private Set<String> used() {
        Set<String> used = new HashSet<>();
        for (Container container : runtime.listContainers(ContainerFilter.ALL)) {
            used.add(container.imageRef());
            runtime.images().status(container.imageRef()).map(Image::id).ifPresent(used::add);
        }
        return used;
    }
}
