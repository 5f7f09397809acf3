graph [
node [ id 1 ]
node [ id 1 ]
node [ label "x" ]
edge [ source 1 target 9 ]
edge [ target 1 ]
layer [ id "l" background "blurple" ]
]
