package kat.logging.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.BytesTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;

/// Which blocks of a segment hold a word: a Lucene index whose documents are the blocks, in
/// order.
///
/// **Threads:** any.
final class WordIndex implements AutoCloseable {

    private static final String FIELD = "w";
    private static final double BUFFER_MEGABYTES = 24;
    private static final FieldType TYPE = type();

    private final MMapDirectory directory;
    private final DirectoryReader reader;

    private WordIndex(MMapDirectory directory, DirectoryReader reader) {
        this.directory = directory;
        this.reader = reader;
    }

    private static FieldType type() {
        FieldType type = new FieldType();
        type.setIndexOptions(IndexOptions.DOCS);
        type.setTokenized(true);
        type.setOmitNorms(true);
        type.freeze();
        return type;
    }

    /// @throws IOException when it is none, or damaged
    static WordIndex open(Path folder) throws IOException {
        MMapDirectory directory = new MMapDirectory(folder);
        try {
            return new WordIndex(directory, DirectoryReader.open(directory));
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    int blocks() {
        return reader.maxDoc();
    }

    /// The blocks that hold all the words.
    ///
    /// @param words folded, as [Words] gives them; not empty
    BitSet blocksWith(List<byte[]> words) throws IOException {
        BitSet all = new BitSet();
        for (LeafReaderContext leaf : reader.leaves()) {
            all.or(blocksWith(leaf, words));
        }
        return all;
    }

    private static BitSet blocksWith(LeafReaderContext leaf, List<byte[]> words)
            throws IOException {
        BitSet common = new BitSet();
        common.set(leaf.docBase, leaf.docBase + leaf.reader().maxDoc());
        Terms terms = leaf.reader().terms(FIELD);
        for (byte[] word : words) {
            BitSet holders = new BitSet();
            TermsEnum each = terms == null ? TermsEnum.EMPTY : terms.iterator();
            int size = Math.min(word.length, DistinctWords.LONGEST);
            if (each.seekExact(new BytesRef(word, 0, size))) {
                PostingsEnum blocks = each.postings(null, PostingsEnum.NONE);
                for (int doc = blocks.nextDoc();
                        doc != DocIdSetIterator.NO_MORE_DOCS;
                        doc = blocks.nextDoc()) {
                    holders.set(leaf.docBase + doc);
                }
            }
            common.and(holders);
        }
        return common;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
    }

    /// Makes an index, block by block.
    static final class Builder implements AutoCloseable {

        private final MMapDirectory directory;
        private final IndexWriter writer;
        private final DistinctWords words = new DistinctWords();
        private final WordStream stream = new WordStream(words);
        private final Document document = new Document();
        private boolean isFinished;

        /// @param folder empty or absent
        Builder(Path folder) throws IOException {
            directory = new MMapDirectory(folder);
            document.add(new Field(FIELD, stream, TYPE));
            IndexWriterConfig config =
                    new IndexWriterConfig(new StandardAnalyzer())
                            .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
                            .setMergePolicy(new LogDocMergePolicy())
                            .setMergeScheduler(new SerialMergeScheduler())
                            .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                            .setUseCompoundFile(true);
            try {
                writer = new IndexWriter(directory, config);
            } catch (IOException | RuntimeException e) {
                directory.close();
                throw e;
            }
        }

        void add(byte[] text, int length) throws IOException {
            words.read(text, length);
            stream.begin();
            writer.addDocument(document);
        }

        /// Makes everything durable.
        void finish() throws IOException {
            writer.forceMerge(1);
            writer.commit();
            isFinished = true;
        }

        @Override
        public void close() throws IOException {
            try (directory) {
                if (isFinished) {
                    writer.close();
                } else {
                    writer.rollback();
                }
            }
        }
    }

    /// The words as Lucene takes them.
    private static final class WordStream extends TokenStream {

        private final DistinctWords words;
        private final BytesTermAttribute term = addAttribute(BytesTermAttribute.class);
        private final BytesRef bytes = new BytesRef();
        private int slot = -1;

        WordStream(DistinctWords words) {
            this.words = words;
        }

        void begin() {
            slot = -1;
        }

        @Override
        public boolean incrementToken() {
            clearAttributes();
            slot = words.next(slot);
            if (slot < 0) {
                return false;
            }
            bytes.bytes = words.bytes();
            bytes.offset = words.startOf(slot);
            bytes.length = words.sizeOf(slot);
            term.setBytesRef(bytes);
            return true;
        }
    }
}
