package kat.logging.store;

import java.io.IOException;
import java.nio.file.Path;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// Makes a segment that grows no more small and quick to search: its lines in full blocks, and
/// the index of their words. A stop at any moment leaves either the old file or the new one.
final class Sealing {

    private Sealing() {}

    /// @param open stays as it is
    /// @return the new segment, with its index
    static Segment seal(Segment open, StoreFolder folder) throws IOException {
        Path lines = folder.lines(open.number());
        Path words = folder.words(open.number());
        Path unfinishedLines = folder.unfinished(lines);
        Path unfinishedWords = folder.unfinished(words);
        StoreFolder.delete(unfinishedWords);
        StoreFolder.delete(words);
        try {
            Segment sealed = Segment.create(open.number(), unfinishedLines);
            try (WordIndex.Builder index = new WordIndex.Builder(unfinishedWords)) {
                copy(open, sealed, index);
                sealed.force();
                index.finish();
            } finally {
                sealed.release();
            }
            folder.finish(unfinishedWords, words);
            folder.finish(unfinishedLines, lines);
        } catch (IOException e) {
            // On a full disk they would take the room that new lines need.
            StoreFolder.deleteAfter(e, unfinishedLines, unfinishedWords);
            throw e;
        }
        return openSealed(open.number(), folder);
    }

    private static void copy(Segment open, Segment sealed, WordIndex.Builder index)
            throws IOException {
        BlockReader reader = new BlockReader();
        BlockBuilder builder = new BlockBuilder();
        long first = -1;
        for (Block block : open.blocks()) {
            reader.read(open, block);
            if (first < 0 || first + builder.count() != block.firstSequence()) {
                write(builder, first, sealed, index);
                first = block.firstSequence();
            }
            for (int i = 0; i < reader.count(); i++) {
                LogSource source = reader.sourceOf(i);
                builder.add(
                        source,
                        reader.timeOf(i),
                        reader.isError(i),
                        reader.text(),
                        reader.startOf(i),
                        reader.endOf(i));
                if (builder.isFull()) {
                    long next = first + builder.count();
                    write(builder, first, sealed, index);
                    first = next;
                }
            }
        }
        write(builder, first, sealed, index);
    }

    private static void write(
            BlockBuilder builder, long first, Segment sealed, WordIndex.Builder index)
            throws IOException {
        if (builder.count() > 0) {
            sealed.append(builder, first);
            index.add(builder.text().array(), builder.text().length());
            builder.clear();
        }
    }

    /// Opens a sealed segment; its index is made again when it is missing or damaged.
    static Segment openSealed(long number, StoreFolder folder) throws IOException {
        Segment segment = Segment.open(number, folder.lines(number), false);
        try {
            Path words = folder.words(number);
            WordIndex index = openIndex(segment, words);
            if (index == null) {
                index = rebuild(segment, folder, words);
            }
            segment.setWords(index, StoreFolder.size(words));
            return segment;
        } catch (IOException | RuntimeException e) {
            segment.release();
            throw e;
        }
    }

    private static @Nullable WordIndex openIndex(Segment segment, Path words) throws IOException {
        WordIndex index;
        try {
            index = WordIndex.open(words);
        } catch (IOException missingOrDamaged) {
            return null;
        }
        if (index.blocks() == segment.blockCount()) {
            return index;
        }
        index.close();
        return null;
    }

    private static WordIndex rebuild(Segment segment, StoreFolder folder, Path words)
            throws IOException {
        Path unfinished = folder.unfinished(words);
        StoreFolder.delete(unfinished);
        StoreFolder.delete(words);
        BlockReader reader = new BlockReader();
        try (WordIndex.Builder index = new WordIndex.Builder(unfinished)) {
            for (Block block : segment.blocks()) {
                reader.read(segment, block);
                index.add(reader.text(), reader.textSize());
            }
            index.finish();
        }
        folder.finish(unfinished, words);
        return WordIndex.open(words);
    }
}
