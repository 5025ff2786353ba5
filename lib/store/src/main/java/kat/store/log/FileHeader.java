package kat.store.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The first [#SPACE] bytes of a log file or a snapshot.
///
/// ```
/// 0  long magic              32 long first sequence
/// 8  long number             40 long salt
/// 16 long previous number    48 int  CRC-32C of the 48 bytes before
/// 24 long previous end       52 zeros
/// ```
///
/// @param number of the file, as in its name
/// @param previous number of the log file before; 0 for none. In a snapshot: the first log file
///     that must be read after it
/// @param previousEnd where that one's frames end. In a snapshot: 0
/// @param firstSequence of the first frame. In a snapshot: of the first frame of `previous`
/// @param salt of the checksums of this file's frames
record FileHeader(
        Kind kind, long number, long previous, long previousEnd, long firstSequence, long salt) {

    static final int SPACE = 512; // bytes: one sector
    private static final int CHECKED = 48; // bytes

    enum Kind {
        LOG(0x4B41544C4F473031L), // KATLOG01
        SNAPSHOT(0x4B4154534E413031L); // KATSNA01

        final long magic;

        Kind(long magic) {
            this.magic = magic;
        }
    }

    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(SPACE);
        bytes.putLong(kind.magic).putLong(number).putLong(previous);
        bytes.putLong(previousEnd).putLong(firstSequence).putLong(salt);
        bytes.putInt(checksum(bytes));
        return bytes.clear();
    }

    /// Null when `bytes` are no such header.
    static @Nullable FileHeader read(Kind kind, long number, ByteBuffer bytes) {
        if (bytes.limit() < SPACE
                || bytes.getLong(0) != kind.magic
                || bytes.getLong(8) != number
                || bytes.getInt(CHECKED) != checksum(bytes)) {
            return null;
        }
        return new FileHeader(
                kind,
                number,
                bytes.getLong(16),
                bytes.getLong(24),
                bytes.getLong(32),
                bytes.getLong(40));
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, CHECKED));
        return (int) crc.getValue();
    }
}
