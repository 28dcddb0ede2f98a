"""The benches: each measures Monogram beside a peer or a floor, in the same run, and says how."""
