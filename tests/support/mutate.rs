//! Damages files, the same way for the same seed: for machines without a fuzzer.

/// Bytes that stand at the edges of what numbers can be.
const EDGES: [u8; 6] = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/// Numbers that look random (Marsaglia, "Xorshift RNGs", 2003).
struct LineRng(u64);

impl LineRng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }
}

/// `bytes` changed at one to eight places: bytes overwritten, numbers of four bytes made huge, stretches cut out,
/// doubled or cut off. Most changes are near the beginning, where files say what they are.
pub(super) fn mutated(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut rng = LineRng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    (0..4).for_each(|_| _ = rng.below(2));
    let mut bytes = bytes.to_vec();
    for _ in 0..=rng.below(8) {
        let reach = if rng.below(3) == 0 { bytes.len() } else { bytes.len().min(600) };
        let at = rng.below(reach);
        let end = (at + 1 + rng.below(64)).min(bytes.len());
        match rng.below(7) {
            0 | 1 => bytes[at..].iter_mut().take(1).for_each(|byte| *byte = rng.below(256) as u8),
            2 => bytes[at..].iter_mut().take(1).for_each(|byte| *byte = EDGES[rng.below(EDGES.len())]),
            3 => bytes[at..].iter_mut().take(4).for_each(|byte| *byte = EDGES[rng.below(EDGES.len())]),
            4 => drop(bytes.drain(at.min(end)..end)),
            5 => {
                let stretch = bytes[at.min(end)..end].to_vec();
                let to = rng.below(bytes.len() + 1);
                bytes.splice(to..to, stretch);
            }
            _ if rng.below(4) == 0 => bytes.truncate(at),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << rng.below(8)),
        }
    }
    bytes
}
