graph [
  directed 1
  multigraph 1
  title "Hostile &quot;names&quot; &amp; <others>"
  layer [ id "place" label "Places" background "#f4f4f4" border "#808080" ]
  layer [ id "rail" label "Rails" text "#800000" line "bold" ]
  layer [ id "road" label "Roads" border "#123456" line "dashed" ]
  layer [ id "thing" label "Things" background "#008080" shape "hexagon" ]
  node [ id 0 label "שלום 👩‍👩‍👧 \n %" name "alone" weight 1.0 ]
  node [ id 1 label "Nothing inside" name "empty" layer "place" belongs_to "world" weight 1.0 ]
  node [ id 2 label "end" name "end" layer "thing" belongs_to "land" weight 1.0 day "1999-12-31" half 1.0 text "a,b" whole 2 yes 0 ]
  node [ id 3 label "House [1]; #end" name "house" layer "thing" belongs_to "town" weight 2.5 comment "A comment" day "2024-02-29" half 0.5 text "0123" whole 1 yes 1 ]
  node [ id 4 label "A land" name "land" layer "place" belongs_to "world" is_partition 1 weight 1.0 ]
  node [ id 5 label "A &quot;town&quot; <b>
in two lines" name "town" layer "place" belongs_to "land" is_partition 1 weight 1.0 ]
  node [ id 6 label "The world" name "world" layer "place" is_partition 1 weight 1.0 ]
  edge [ source 0 target 5 id "alone->town" label "to a partition" layer "rail" weight 1.0 ]
  edge [ source 2 target 2 id "end->end" label "loops | here" weight 1.0 ]
  edge [ source 2 target 3 id "rev" label "quote &quot; and #35; &amp;amp;" layer "rail" weight 1.0 ]
  edge [ source 3 target 2 id "house->end" layer "road" weight 1.0 since 2021 ]
  edge [ source 3 target 2 id "house->end#2" label "goes
to" layer "road" weight 3.0 comment "first" since 2020 ]
  edge [ source 5 target 3 id "town->house" label "from it" weight 1.0 ]
]
