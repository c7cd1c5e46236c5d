"""What published rules say about a draft order or a chart. Plain Python: no clock, no files.

What others build on; everything else in here may change:

- ``facts``: ``Facts`` and its parts (``Patient``, ``Diagnosis``, ``Medication``, ``Amount``,
  ``Allergy``, ``Lab``). ``Facts.hook`` is ``order-select``, ``order-sign`` or ``patient-view``.
- ``engine.Engine``: ``evaluate(facts)`` gives ``Card``s, one for each clinical problem, the most
  serious first; ``findings(facts)`` what they are made of; ``without(rules)`` the same engine
  with rules turned off by a withdrawal; ``uncovered(facts)`` the medicines no row knows: not
  evaluated is never shown as safe. ``workstation.content.shipped.engine()`` is the one in the
  product, ``workstation.content.library.engine_of(content)`` makes one.
- ``findings``: ``Card`` (``lead``, ``findings``, ``interruptive``, ``text``, ``about``, ``key`` the
  clinical problem it is about, ``basis`` a digest of the facts it rests on: a tolerated card
  stays quiet while ``key`` and ``basis`` are those that were tolerated), ``Finding`` (``used``
  facts with value and day, ``rule``, ``version``, ``source``, ``grade``, ``suggestions``,
  ``guidelines`` ids, ``unknown`` where a check was not possible), ``RANK`` of the tiers.
- ``suggestions.suggested(card, library)``: what can be done with one key, as data.
- ``risk.risks(engine, facts)``: the summed risks of one patient and what each rests on.
- ``changes``: ``compared(before, after)`` what became worse or went away when a fact came, and
  ``on_stopping(engine, facts, medication)`` the cards that stopping a medicine would bring.

An engine is never changed; a new package is a new engine, and the caller switches between two
evaluations.
"""
