package kat.ingress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// Names that a test gives. [#FAR] stands for an address of another machine.
final class TestResolver implements Resolver {

    static final InetAddress FAR = InetAddress.ofLiteral("127.0.0.2");

    /// A name of which nobody says anything until [#answer].
    static final String SILENT = "silent.example.com";

    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
    private final CountDownLatch answers = new CountDownLatch(1);

    /// @param addresses none for a name that is gone
    void put(String name, String... addresses) {
        names.put(name, List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
    }

    void answer() {
        answers.countDown();
    }

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        if (name.equals(SILENT)) {
            try {
                answers.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        List<InetAddress> found = names.getOrDefault(name, List.of());
        if (found.isEmpty()) {
            throw new UnknownHostException(name);
        }
        return found;
    }

    @Override
    public boolean isOfNode(InetAddress address) {
        boolean isSpecial =
                address.isLoopbackAddress()
                        || address.isLinkLocalAddress()
                        || address.isAnyLocalAddress();
        return isSpecial && !address.equals(FAR);
    }
}
