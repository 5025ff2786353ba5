package kat.nftables;

import kat.nftables.testing.FakeNftables;

class FakeNftablesTest extends NftablesContract {

    private final FakeNftables nftables = new FakeNftables();

    @Override
    Nftables nftables() {
        return nftables;
    }
}
