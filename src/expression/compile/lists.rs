//! Lists, and walks over them.

use std::ops::Range;
use std::sync::Arc;

use super::run::{Fault, Frame, Get, Scope, Test, Truth};
use super::{Cell, Compiler};
use crate::expression::term::Walk;
use crate::expression::typed::{Form, Typed};

/// Calls something for each item of a list, until that has seen enough.
type Items<'g> = Box<
    dyn for<'f> Fn(&Frame<'f, 'g>, &mut dyn FnMut(Cell<'g>) -> Truth) -> Result<(), Fault>
        + Send
        + Sync
        + 'g,
>;

impl<'g> Compiler<'g> {
    pub(super) fn list(&mut self, items: &[Typed<'g>]) -> Get<'g> {
        let constants = items.iter().map(|item| match &item.form {
            Form::Constant(cell) => Some(cell.clone()),
            _ => None,
        });
        if let Some(constants) = constants.collect::<Option<Vec<Cell<'g>>>>() {
            let list: Arc<[Cell<'g>]> = constants.into();
            return Box::new(move |_| Ok(Cell::List(list.clone())));
        }
        let items: Vec<Get<'g>> = items.iter().map(|item| self.value(item)).collect();
        Box::new(move |frame| {
            let cells = items.iter().map(|item| item(frame)).collect::<Result<Vec<_>, _>>()?;
            Ok(Cell::List(cells.into()))
        })
    }

    pub(super) fn children(&mut self, node: &Typed<'g>, range: Range<usize>) -> Get<'g> {
        let Some(graph) = self.graph() else { return Box::new(|_| Ok(Cell::Null)) };
        let (node, hierarchy) = (self.value(node), self.hierarchy(graph));
        Box::new(move |frame| match node(frame)? {
            Cell::Node(node) => {
                let children = hierarchy.children(node);
                frame.pay_items(children.len(), &range)?;
                Ok(Cell::List(children.iter().copied().map(Cell::Node).collect()))
            }
            _ => Ok(Cell::Null),
        })
    }

    pub(super) fn ancestors(&mut self, node: &Typed<'g>, range: Range<usize>) -> Get<'g> {
        let Some(graph) = self.graph() else { return Box::new(|_| Ok(Cell::Null)) };
        let node = self.value(node);
        Box::new(move |frame| {
            let Cell::Node(node) = node(frame)? else { return Ok(Cell::Null) };
            let (mut found, mut at) = (Vec::new(), node);
            while let Some(parent) = graph.node(at).parent() {
                frame.pay_items(1, &range)?;
                found.push(Cell::Node(parent));
                at = parent;
            }
            Ok(Cell::List(found.into()))
        })
    }

    /// Makes `list[place]`; null where there is no such place.
    pub(super) fn index(&mut self, sides: &[Typed<'g>; 2]) -> Get<'g> {
        let [list, place] = sides.each_ref().map(|side| self.value(side));
        Box::new(move |frame| match (list(frame)?, place(frame)?) {
            (Cell::List(items), Cell::Integer(place)) => {
                let item = usize::try_from(place).ok().and_then(|place| items.get(place));
                Ok(item.cloned().unwrap_or(Cell::Null))
            }
            _ => Ok(Cell::Null),
        })
    }

    /// Makes `exists`, `exists_one` and `all`.
    pub(super) fn walk(
        &mut self,
        walk: Walk,
        sides: &[Typed<'g>; 2],
        range: Range<usize>,
    ) -> Test<'g> {
        let (items, body) = (self.items(&sides[0], range), self.test(&sides[1]));
        if walk == Walk::ExistsOne {
            return Box::new(move |frame| {
                let mut count = 0;
                items(frame, &mut |item| {
                    count += usize::from(with(frame, item, &body)?);
                    Ok(true)
                })?;
                Ok(count == 1)
            });
        }
        let deciding = walk == Walk::Exists;
        Box::new(move |frame| {
            let (mut first, mut is_decided) = (None, false);
            items(frame, &mut |item| {
                match with(frame, item, &body) {
                    Ok(truth) => is_decided = truth == deciding,
                    Err(fault) => first = first.take().or(Some(fault)),
                }
                Ok(!is_decided)
            })?;
            match (is_decided, first) {
                (true, _) => Ok(deciding),
                (false, Some(fault)) => Err(fault),
                (false, None) => Ok(!deciding),
            }
        })
    }

    /// Makes `filter` and `map`.
    pub(super) fn walked(
        &mut self,
        walk: Walk,
        sides: &[Typed<'g>; 2],
        range: Range<usize>,
    ) -> Get<'g> {
        let items = self.items(&sides[0], range);
        if walk == Walk::Map {
            let body = self.value(&sides[1]);
            return Box::new(move |frame| {
                let mut made = Vec::new();
                items(frame, &mut |item| {
                    made.push(with(frame, item, &body)?);
                    Ok(true)
                })?;
                Ok(Cell::List(made.into()))
            });
        }
        let body = self.test(&sides[1]);
        Box::new(move |frame| {
            let mut kept = Vec::new();
            items(frame, &mut |item| {
                if with(frame, item.clone(), &body)? {
                    kept.push(item);
                }
                Ok(true)
            })?;
            Ok(Cell::List(kept.into()))
        })
    }

    /// Makes what walks over a list; null is one without items.
    fn items(&mut self, list: &Typed<'g>, range: Range<usize>) -> Items<'g> {
        if let Form::Children(node) = &list.form
            && let Some(graph) = self.graph()
        {
            let (node, hierarchy) = (self.value(node), self.hierarchy(graph));
            return Box::new(move |frame, visit| {
                let Cell::Node(node) = node(frame)? else { return Ok(()) };
                for child in hierarchy.children(node) {
                    frame.pay_items(1, &range)?;
                    if !visit(Cell::Node(*child))? {
                        break;
                    }
                }
                Ok(())
            });
        }
        let list = self.value(list);
        Box::new(move |frame, visit| {
            let Cell::List(items) = list(frame)? else { return Ok(()) };
            for item in items.iter() {
                frame.pay_items(1, &range)?;
                if !visit(item.clone())? {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// Runs the body of a walk on one item.
fn with<'g, T>(
    frame: &Frame<'_, 'g>,
    item: Cell<'g>,
    body: &(impl for<'f> Fn(&Frame<'f, 'g>) -> T + ?Sized),
) -> T {
    let scope = Scope { item, outer: frame.scope };
    body(&Frame { row: frame.row, spent: frame.spent, scope: Some(&scope) })
}
