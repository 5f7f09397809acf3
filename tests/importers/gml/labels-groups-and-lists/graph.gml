Creator "yFiles"
# a comment
graph [
  directed 1
  node [ id 0 label "Shop" isGroup 1 ]
  node [ id 1 label "Caf&#233; &quot;x&quot;" gid 0 graphics [ x 10.5 y 2 fill "#FFCC00" ] ]
  edge [ source 1 target 0 label "in" weight 2.5 ]
]
