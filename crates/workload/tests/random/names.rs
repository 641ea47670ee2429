//! Shapes become items: each with a name of its own, counters before their tables, views behind
//! what they redefine.

use workload::model::{FILLER, Item, Node, Occurs};

use super::{Limits, Shape, views};

pub(super) struct Namer {
    limits: Limits,
    last: usize,
    /// Within something that must not vary in length: its tables have their greatest length.
    fixed: bool,
    /// Slack bytes may be here.
    slack: bool,
    /// The record has a table of variable length.
    varies: bool,
}

impl Namer {
    pub(super) fn new(limits: Limits, varies: bool) -> Namer {
        Namer {
            limits,
            last: 0,
            fixed: false,
            slack: limits.moving_slack || !varies,
            varies,
        }
    }

    pub(super) fn all(&mut self, shapes: Vec<Shape>, out: &mut Vec<Item>) {
        for shape in shapes {
            self.items(shape, out);
        }
    }

    pub(super) fn name(&mut self) -> String {
        self.last += 1;
        format!("ITEM-{}", self.last)
    }

    fn items(&mut self, shape: Shape, out: &mut Vec<Item>) {
        let item = match shape {
            Shape::Field(kind) => Item::once(&self.name(), Node::Field(kind)),
            Shape::Filler(kind) => Item::once(FILLER, Node::Field(kind)),
            Shape::Synchronized(kind) => Item {
                synchronized: self.slack,
                ..Item::once(&self.name(), Node::Field(kind))
            },
            Shape::Group(shapes) => Item::once(&self.name(), self.group(shapes)),
            Shape::FillerGroup(shapes) => Item::once(FILLER, self.group(shapes)),
            Shape::Times(times, element) => self.table(Occurs::Times(times), *element),
            Shape::Depending {
                min, more, element, ..
            } if self.fixed => self.table(Occurs::Times(min + more), *element),
            Shape::Depending {
                min,
                more,
                counter,
                element,
            } => {
                let name = self.name();
                out.push(Item::once(&name, Node::Field(counter)));
                let occurs = Occurs::DependingOn {
                    min,
                    max: min + more,
                    counter: name,
                };
                self.table(occurs, *element)
            }
            Shape::Viewed(target, list) => {
                self.fixed(true, |namer| namer.items(*target, out));
                if self.limits.moving_views || !self.varies {
                    views::items(self, self.limits.longer_views, list, out);
                }
                return;
            }
        };
        out.push(item);
    }

    fn table(&mut self, occurs: Occurs, element: Shape) -> Item {
        let outside = self.slack;
        self.slack &= self.limits.table_slack;
        let mut element = self.fixed(!self.limits.nested_depending, |namer| {
            let mut items = Vec::new();
            namer.items(element, &mut items);
            items
        });
        self.slack = outside;
        // One item: `printed` saw to that.
        let element = element.remove(0);
        Item { occurs, ..element }
    }

    fn group(&mut self, shapes: Vec<Shape>) -> Node {
        let mut items = Vec::new();
        let fixed = !self.limits.nested_depending;
        self.fixed(fixed, |namer| namer.all(shapes, &mut items));
        if let Some(first) = items.first_mut() {
            first.synchronized &= self.limits.leading_slack;
        }
        Node::Group(items)
    }

    fn fixed<T>(&mut self, fixed: bool, inside: impl FnOnce(&mut Namer) -> T) -> T {
        let before = self.fixed;
        self.fixed |= fixed;
        let out = inside(self);
        self.fixed = before;
        out
    }
}
