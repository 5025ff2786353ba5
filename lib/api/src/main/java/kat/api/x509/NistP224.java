package kat.api.x509;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Checks signatures of ECDSA on the curve P-224, which Go knows and Java does not.
///
/// All numbers here are public, so none of it needs to take the same time for each.
///
/// **Threads:** immutable.
///
/// **Source:** FIPS 186-4 §6.4, D.1.2.2; SEC 1 §2.3.4.
final class NistP224 {

    private static final int BYTES = 28;
    private static final BigInteger P =
            BigInteger.TWO.pow(224).subtract(BigInteger.TWO.pow(96)).add(BigInteger.ONE);
    private static final BigInteger A = P.subtract(BigInteger.valueOf(3));
    private static final BigInteger B =
            new BigInteger("b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4", 16);
    private static final BigInteger ORDER =
            new BigInteger("ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d", 16);
    private static final Point BASE =
            new Point(
                    new BigInteger("b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21", 16),
                    new BigInteger("bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34", 16));

    private final Point key;

    private record Point(BigInteger x, BigInteger y) {}

    private NistP224(Point key) {
        this.key = key;
    }

    /// @param point 4, then both coordinates
    /// @throws Der.Malformed when that is no point of the curve
    static NistP224 of(byte[] point) throws Der.Malformed {
        if (point.length != 1 + 2 * BYTES || point[0] != 4) {
            throw new Der.Malformed("ecdsa: invalid uncompressed public key");
        }
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + BYTES));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + BYTES, point.length));
        BigInteger curve = x.pow(3).add(A.multiply(x)).add(B);
        boolean isOn = y.pow(2).subtract(curve).mod(P).signum() == 0;
        if (!isOn || x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
            throw new Der.Malformed("P224 point not on curve");
        }
        return new NistP224(new Point(x, y));
    }

    /// @param hash of what was signed
    boolean verifies(byte[] hash, BigInteger r, BigInteger s) {
        if (!isScalar(r) || !isScalar(s)) {
            return false;
        }
        BigInteger e = new BigInteger(1, Arrays.copyOf(hash, Math.min(hash.length, BYTES)));
        BigInteger w = s.modInverse(ORDER);
        Point sum =
                sum(times(BASE, e.multiply(w).mod(ORDER)), times(key, r.multiply(w).mod(ORDER)));
        return sum != null && sum.x().mod(ORDER).equals(r);
    }

    private static boolean isScalar(BigInteger value) {
        return value.signum() > 0 && value.compareTo(ORDER) < 0;
    }

    /// Null is the point at infinity, here and below.
    private static @Nullable Point times(Point point, BigInteger factor) {
        Point result = null;
        for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
            result = sum(result, result);
            if (factor.testBit(bit)) {
                result = sum(result, point);
            }
        }
        return result;
    }

    private static @Nullable Point sum(@Nullable Point left, @Nullable Point right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        boolean isDouble = left.equals(right);
        BigInteger below = isDouble ? left.y().shiftLeft(1) : right.x().subtract(left.x());
        if (below.mod(P).signum() == 0) {
            return null;
        }
        BigInteger above =
                isDouble
                        ? left.x().pow(2).multiply(BigInteger.valueOf(3)).add(A)
                        : right.y().subtract(left.y());
        BigInteger slope = above.multiply(below.modInverse(P)).mod(P);
        BigInteger x = slope.pow(2).subtract(left.x()).subtract(right.x()).mod(P);
        BigInteger y = slope.multiply(left.x().subtract(x)).subtract(left.y()).mod(P);
        return new Point(x, y);
    }
}
