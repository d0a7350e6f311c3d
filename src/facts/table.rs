//! A table by field name.

/// What belongs to the fields of one fact. There are few, and many facts: looking through a list of names is as fast
/// as any order among them, and takes neither time nor memory to keep.
#[derive(Clone, Debug)]
pub struct Table<V> {
    names: Vec<&'static str>,
    values: Vec<V>,
}

impl<V> Table<V> {
    /// An empty table with room for so many fields.
    pub(super) fn with_capacity(fields: usize) -> Self {
        Self { names: Vec::with_capacity(fields), values: Vec::with_capacity(fields) }
    }

    /// What belongs to a field, if anything does.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.position(name).map(|position| &self.values[position])
    }

    /// Whether anything belongs to a field.
    pub fn contains_key(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Puts something in the place of what belonged to a field.
    pub fn insert(&mut self, name: &'static str, value: V) {
        if let Some(position) = self.position(name) {
            self.values[position] = value;
        } else {
            self.names.push(name);
            self.values.push(value);
        }
    }

    /// The names, in no order that means anything.
    pub fn keys(&self) -> impl Iterator<Item = &&'static str> {
        self.names.iter()
    }

    /// What belongs to any field, in the same order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.values.iter()
    }

    /// Names and what belongs to them.
    pub fn iter(&self) -> impl Iterator<Item = (&&'static str, &V)> {
        self.names.iter().zip(&self.values)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }
}

#[cfg(test)]
impl<V> Table<V> {
    /// Takes out what belongs to a field.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        let position = self.position(name)?;
        self.names.remove(position);
        Some(self.values.remove(position))
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl<V> FromIterator<(&'static str, V)> for Table<V> {
    fn from_iter<I: IntoIterator<Item = (&'static str, V)>>(entries: I) -> Self {
        let mut table = Self::default();
        entries.into_iter().for_each(|(name, value)| table.insert(name, value));
        table
    }
}

impl<V> std::ops::Index<&str> for Table<V> {
    type Output = V;

    fn index(&self, name: &str) -> &V {
        self.get(name).expect("a field of the fact")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_field_counts() {
        let mut table = Table::from_iter([("a", 1), ("b", 2), ("a", 3)]);
        assert_eq!((table.get("a"), table["b"], table.get("c")), (Some(&3), 2, None));
        assert_eq!(table.iter().collect::<Vec<_>>(), [(&"a", &3), (&"b", &2)]);
        assert_eq!(table.remove("a"), Some(3));
        assert!(!table.contains_key("a") && table.contains_key("b"));
    }
}
