package kat.store.disk;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DirectoryDiskTest extends DiskContract {

    @TempDir private Path folder;

    @Override
    protected Disk make() {
        return new DirectoryDisk(folder.resolve("made/when/claimed"));
    }
}
