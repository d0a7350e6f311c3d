//! Formulas about inputs.

use rustc_hash::FxHashMap;

/// A formula among [`Formulas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Formula(u32);

impl Formula {
    /// Its place: what it is made of comes before it.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a formula is.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// `None` is opaque.
    Constant(Option<bool>),
    /// The input has the value.
    Is {
        input: usize,
        value: usize,
    },
    Not(Formula),
    /// All of them (`neutral` true) or any of them (`neutral` false).
    Join {
        neutral: bool,
        of: Box<[Formula]>,
    },
}

/// Formulas that share their parts: a condition that a thousand others mention is there once.
#[derive(Clone, Debug, Default)]
pub struct Formulas {
    nodes: Vec<Node>,
    /// The atoms, by input and value.
    atoms: FxHashMap<(usize, usize), Formula>,
}

impl Formulas {
    /// Always true or always false.
    pub fn known(&mut self, truth: bool) -> Formula {
        self.add(Node::Constant(Some(truth)))
    }

    /// True or false, but no choice of inputs tells which.
    pub fn opaque(&mut self) -> Formula {
        self.add(Node::Constant(None))
    }

    /// Whether an input has a value, both by number. Unknown where it has no value at all.
    pub fn is(&mut self, input: usize, value: usize) -> Formula {
        if let Some(&atom) = self.atoms.get(&(input, value)) {
            return atom;
        }
        let atom = self.add(Node::Is { input, value });
        self.atoms.insert((input, value), atom);
        atom
    }

    /// The opposite.
    pub fn not(&mut self, of: Formula) -> Formula {
        match self.node(of) {
            Node::Not(inner) => *inner,
            Node::Constant(truth) => {
                let truth = truth.map(|truth| !truth);
                self.add(Node::Constant(truth))
            }
            Node::Is { .. } | Node::Join { .. } => self.add(Node::Not(of)),
        }
    }

    /// Whether all of them are true; true if there are none.
    pub fn every(&mut self, of: impl IntoIterator<Item = Formula>) -> Formula {
        self.join(true, of)
    }

    /// Whether any of them is true; false if there are none.
    pub fn any(&mut self, of: impl IntoIterator<Item = Formula>) -> Formula {
        self.join(false, of)
    }

    fn join(&mut self, neutral: bool, of: impl IntoIterator<Item = Formula>) -> Formula {
        let mut parts = Vec::new();
        for part in of {
            match self.node(part) {
                Node::Constant(Some(truth)) if *truth == neutral => {}
                Node::Constant(Some(_)) => return part,
                _ => parts.push(part),
            }
        }
        match *parts {
            [] => self.known(neutral),
            [only] => only,
            _ => self.add(Node::Join { neutral, of: parts.into() }),
        }
    }

    /// How many parts all formulas have together.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub(super) fn node(&self, formula: Formula) -> &Node {
        &self.nodes[formula.index()]
    }

    fn add(&mut self, node: Node) -> Formula {
        let index = u32::try_from(self.nodes.len()).expect("fewer formulas than bytes in a text");
        self.nodes.push(node);
        Formula(index)
    }
}
